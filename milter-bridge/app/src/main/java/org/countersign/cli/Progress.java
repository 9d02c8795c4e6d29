package org.countersign.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Shows on standard error how far a command is, if it takes more than half a second. On a terminal one line is drawn again
 * and again, and removed at the end. Elsewhere there is a line every 30 seconds. For one thread.
 */
final class Progress implements AutoCloseable {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofSeconds(30);
    private static final int BAR = 20;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final boolean quiet;
    private final InstantSource clock;
    private final String unit;
    private final Instant begun;
    private Instant next;
    private boolean drawn;

    /**
     * @param terminal whether standard error is a terminal
     * @param quiet whether nothing is shown
     * @param unit what is counted, in the plural
     */
    Progress(PrintStream err, boolean terminal, boolean quiet, InstantSource clock, String unit) {
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
        this.clock = clock;
        this.unit = unit;
        this.begun = clock.instant();
        this.next = begun.plus(terminal ? FIRST : LINE);
    }

    /**
     * Shows the progress, if it is time to.
     *
     * @param count how many are done
     * @param done how much of the whole is done
     * @param whole the size of the whole; 0 if it is not known
     */
    void show(long count, long done, long whole) {
        if (quiet) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(terminal ? REDRAW : LINE);
        String line = line(count, done, whole, Duration.between(begun, now));
        if (terminal) {
            err.print(ERASE + line);
            err.flush();
            drawn = true;
        } else {
            err.println("countersign: " + line);
        }
    }

    private String line(long count, long done, long whole, Duration took) {
        double seconds = Math.max(0.001, took.toMillis() / 1000.0);
        String rate =
                String.format(Locale.ROOT, "%s %s, %,.0f a second", TextTable.number(count), unit, count / seconds);
        if (whole <= 0 || done <= 0) {
            return rate;
        }
        double part = Math.min(1, (double) done / whole);
        int filled = (int) (part * BAR);
        long left = Math.round(seconds * (1 - part) / part);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  %s, %d:%02d left",
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                100 * part,
                rate,
                left / 60,
                left % 60);
    }

    /** Removes the line before other text is written to the terminal. */
    void hide() {
        if (drawn) {
            err.print(ERASE);
            err.flush();
            drawn = false;
        }
    }

    @Override
    public void close() {
        hide();
    }
}
