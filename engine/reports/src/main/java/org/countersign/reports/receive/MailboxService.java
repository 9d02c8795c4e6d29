package org.countersign.reports.receive;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.MeasuringClock;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreFailure;

/** Reads a mailbox again and again, on a thread of its own. After a failure it waits, longer each time, and goes on. */
public final class MailboxService implements AutoCloseable {
    private static final Duration MAX_PAUSE = Duration.ofMinutes(30);
    private static final Duration WARNING_INTERVAL = Duration.ofHours(1);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(5);
    private static final String PART = "reports";

    private final ReportMailbox mailbox;
    private final ReportReceiver receiver;
    private final Duration interval;
    private final ReceiveCapacity capacity;
    private final InstantSource clock;
    private final EventLog log;
    private final ReceiveMetrics metrics;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("report mailbox").unstarted(this::run);

    // Used by the thread alone.
    private int failures;
    private Instant warned = Instant.MIN;

    private MailboxService(
            ReportMailbox mailbox,
            ReportReceiver receiver,
            Duration interval,
            ReceiveCapacity capacity,
            InstantSource clock,
            EventLog log,
            ReceiveMetrics metrics) {
        this.capacity = capacity;
        this.mailbox = mailbox;
        this.receiver = receiver;
        this.interval = interval;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.log = log;
        this.metrics = metrics;
    }

    /**
     * Starts to read.
     *
     * @param receiver that of the mailbox, which is closed at the end
     * @param interval how often to look for new messages
     * @param capacity what this process reads
     * @param metrics counts what becomes of the reports
     */
    public static MailboxService start(
            ReportMailbox mailbox,
            ReportReceiver receiver,
            Duration interval,
            ReceiveCapacity capacity,
            InstantSource clock,
            EventLog log,
            ReceiveMetrics metrics) {
        MailboxService service = new MailboxService(mailbox, receiver, interval, capacity, clock, log, metrics);
        service.thread.start();
        return service;
    }

    private void run() {
        LogEvent started = new LogEvent(PART, Level.INFO, "mailbox-started")
                .with("mailbox", mailbox.label())
                .with("reads", capacity.description());
        log.write(capacity.isReduced() ? started.with("for-larger-ones", capacity.option()) : started);
        do {
            read();
        } while (!isStopped(pause()));
        try {
            mailbox.release();
        } catch (StoreFailure away) {
            // Another host can read the mailbox once the right of this one is over.
        } finally {
            receiver.close();
        }
    }

    private void read() {
        Counts counts = new Counts();
        try {
            mailbox.read(progress(counts), () -> stopping.getCount() == 0);
            if (failures > 0) {
                failures = 0;
                warned = Instant.MIN;
                log.write(new LogEvent(PART, Level.INFO, "mailbox-recovered").with("mailbox", mailbox.label()));
            }
        } catch (MailboxFailure failure) {
            failed(failure.problem());
        } catch (StoreFailure failure) {
            failed(failure.problem());
        } catch (RuntimeException | StackOverflowError | LinkageError error) {
            failed("internal error, please report it: " + error);
        }
        if (counts.messages > 0) {
            log.write(counts.event(mailbox.label()));
        }
    }

    private ReportMailbox.Progress progress(Counts counts) {
        return new ReportMailbox.Progress() {
            @Override
            public void read(long uid, List<Outcome> outcomes) {
                counts.add(outcomes);
                outcomes.forEach(metrics::count);
            }

            @Override
            public void leftAside(String message, String problem) {
                log.write(new LogEvent(PART, Level.WARNING, "mailbox-message-left")
                        .with("mailbox", mailbox.label())
                        .with("message", message)
                        .with("problem", problem));
            }
        };
    }

    private void failed(String problem) {
        failures++;
        Instant now = clock.instant();
        if (warned.equals(Instant.MIN) || !now.isBefore(warned.plus(WARNING_INTERVAL))) {
            warned = now;
            log.write(new LogEvent(PART, Level.WARNING, "mailbox-failed")
                    .with("mailbox", mailbox.label())
                    .with("problem", problem));
        }
    }

    private Duration pause() {
        Duration pause = interval;
        for (int i = 1; i < failures && pause.compareTo(MAX_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(MAX_PAUSE) > 0 && failures > 0 ? max(interval, MAX_PAUSE) : pause;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private boolean isStopped(Duration wait) {
        try {
            return stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** What one look at the mailbox brought. */
    private static final class Counts {
        private int messages;
        private int stored;
        private int duplicates;
        private int refused;

        void add(List<Outcome> outcomes) {
            messages++;
            for (Outcome outcome : outcomes) {
                switch (outcome) {
                    case Outcome.Stored report -> stored++;
                    case Outcome.FailureStored report -> stored++;
                    case Outcome.Duplicate copy -> duplicates++;
                    case Outcome.Refused bad -> refused++;
                    case Outcome.Returned report -> {}
                    case Outcome.LeftAlone other -> {}
                }
            }
        }

        LogEvent event(String mailbox) {
            return new LogEvent(PART, Level.INFO, "mailbox-read")
                    .with("mailbox", mailbox)
                    .with("messages", messages)
                    .with("stored", stored)
                    .with("duplicates", duplicates)
                    .with("refused", refused);
        }
    }

    /** Ends after the message that is being read, and waits a bounded time for that. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            if (!thread.join(MAX_CLOSE)) {
                thread.interrupt();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
