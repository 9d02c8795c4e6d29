package org.countersign.ops.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Writes lines to standard error, whatever it is.
 *
 * @param kind what reads the lines
 */
record StandardError(PrintStream stream, Kind kind) implements LogSink {
    // Linux has the files of a process here. Elsewhere standard error is not known to be a terminal or the journal.
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");

    /** What reads standard error. */
    enum Kind {
        /** A file, a pipe or another program. */
        PLAIN,
        /** A person, with colours. */
        COLOUR_TERMINAL,
        /** A person who wants no colours. */
        TERMINAL,
        /** The journal of systemd, which reads a priority at the beginning of each line (sd-daemon(3)). */
        JOURNAL
    }

    /** Finds out what reads a stream; anything but the standard error of the process is plain. */
    @SuppressWarnings("ReferenceEquality") // The stream of the process is this object and no other.
    static StandardError of(PrintStream stream, Map<String, String> environment) {
        return new StandardError(stream, stream == System.err ? kind(environment, DESCRIPTOR) : Kind.PLAIN);
    }

    /**
     * Finds out what reads a file.
     *
     * @param descriptor a link to the open file
     */
    static Kind kind(Map<String, String> environment, Path descriptor) {
        if (isJournal(environment.getOrDefault("JOURNAL_STREAM", ""), descriptor)) {
            return Kind.JOURNAL;
        }
        if (!isTerminal(descriptor)) {
            return Kind.PLAIN;
        }
        // https://no-color.org: set and not empty, whatever the value.
        boolean colourless = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        return colourless ? Kind.TERMINAL : Kind.COLOUR_TERMINAL;
    }

    /** The variable names the stream by device and inode, because a child may have another standard error (systemd.exec(5)). */
    private static boolean isJournal(String stream, Path descriptor) {
        try {
            return !stream.isEmpty()
                    && stream.equals(Files.getAttribute(descriptor, "unix:dev") + ":"
                            + Files.getAttribute(descriptor, "unix:ino"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String device = Files.readSymbolicLink(descriptor).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    @Override
    public Optional<String> write(String line) {
        stream.print(line);
        return Optional.empty();
    }

    @Override
    public void flush() {
        stream.flush();
    }
}
