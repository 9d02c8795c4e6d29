package org.countersign.reports.send;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.countersign.metrics.Meter;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * Sends aggregate and failure reports while a service runs, on a thread of its own. It is a platform thread, because a call of
 * SQLite would occupy the carrier of a virtual thread. A store that cannot be used is opened again after a pause.
 */
public final class ReportSender implements AutoCloseable {
    private static final Duration MIN_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);
    // Days become ready, settings change and other hosts plan, without notice.
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    private static final Duration MIN_PAUSE = Duration.ofMillis(100);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(5);

    private final StoreLocation location;
    private final Supplier<SendPolicy> policy;
    private final InstantSource clock;
    private final SendLog log;
    private final SendMetrics metrics;
    private final SmtpClient smtp;
    private final Dispatcher.Memory memory = new Dispatcher.Memory();
    private final FailureReports.Memory failed;
    private final String owner = UUID.randomUUID().toString();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean closed;
    // Used by the thread alone.
    private Duration retry = MIN_RETRY;
    // Guarded by the lock.
    private boolean woken;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("report sender").unstarted(this::run);

    private ReportSender(
            StoreLocation location,
            Supplier<SendPolicy> policy,
            SmtpClient smtp,
            InstantSource clock,
            EventLog log,
            Meter meter) {
        this.smtp = smtp;
        this.location = location;
        this.policy = policy;
        this.clock = clock;
        this.log = new SendLog(log);
        this.metrics = new SendMetrics(meter);
        this.failed = new FailureReports.Memory(clock);
    }

    /**
     * Starts to send.
     *
     * @param policy the policy in effect, asked for before each pass; nothing is sent while its settings have no author
     * @param smtp hands reports to the mail server; cancelled at the end
     * @param meter receives the metrics of {@link SendMetrics}
     */
    public static ReportSender start(
            StoreLocation location,
            Supplier<SendPolicy> policy,
            SmtpClient smtp,
            InstantSource clock,
            EventLog log,
            Meter meter) {
        ReportSender sender = new ReportSender(location, policy, smtp, clock, log, meter);
        sender.thread.start();
        return sender;
    }

    private void run() {
        SendSettings first = policy.get().settings();
        first.from().ifPresent(from -> {
            log.started(from, first);
            checkAuthor(from);
        });
        while (!closed) {
            try (SendRun run = SendRun.open(
                    location,
                    owner,
                    smtp,
                    clock,
                    RandomGenerator.getDefault(),
                    log,
                    metrics,
                    memory,
                    failed,
                    () -> closed)) {
                while (!closed) {
                    Instant next = run.pass(policy.get());
                    retry = MIN_RETRY;
                    pauseUntil(next);
                }
                run.end(policy.get());
            } catch (StoreFailure failure) {
                failed(failure.problem());
            } catch (RuntimeException | LinkageError unexpected) {
                // An error of this program must not end the sending for ever, and not without a line in the log.
                failed("the sender failed, please report it: " + unexpected);
            }
        }
    }

    private void checkAuthor(MailAddress from) {
        try {
            AuthorDomainCheck.problems(policy.get(), clock).forEach(problem -> log.authorProblem(from, problem));
        } catch (RuntimeException unexpected) {
            // Reports are sent nevertheless.
            log.authorProblem(from, "the check of its domain failed, please report it: " + unexpected);
        }
    }

    private void failed(String problem) {
        log.problem(problem, clock.instant());
        pause(retry, false);
        Duration longer = retry.multipliedBy(2);
        retry = longer.compareTo(MAX_RETRY) < 0 ? longer : MAX_RETRY;
    }

    /** Takes a message that is a reason for a failure report. Never waits for the sender, and never fails. */
    public void accept(FailedMessage message) {
        failed.offer(message);
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pauseUntil(Instant next) {
        Duration wait = Duration.between(clock.instant(), next);
        pause(wait.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wait.compareTo(MIN_PAUSE) < 0 ? MIN_PAUSE : wait, true);
    }

    /**
     * @param wakes whether a new message ends the pause
     */
    private void pause(Duration time, boolean wakes) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0 && !(wakes && woken)) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException ending) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends within a few seconds. A submission in flight is broken off; if the server accepted it nevertheless, the report is sent
     * again later, with the same id.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        smtp.cancel();
        try {
            if (!thread.join(MAX_CLOSE)) {
                thread.interrupt();
            }
        } catch (InterruptedException early) {
            Thread.currentThread().interrupt();
        }
    }
}
