package org.countersign.reports.send;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.countersign.metrics.MetricRegistry;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;

/**
 * Sends reports as the service does, to a real mail server, with a clock that it moves to the time of each report. So days pass
 * in seconds.
 */
public final class SimulatedSending implements AutoCloseable {
    private final ManualClock clock;
    private final Supplier<SendPolicy> policy;
    private final List<Attempt> attempts = Collections.synchronizedList(new ArrayList<>());
    private final SmtpSubmission smtp = new SmtpSubmission();
    private final FailureReports.Memory failed;
    private final Runnable accepted;
    private final SendRun run;

    /** A message that was handed to the mail server, or was meant to be. */
    public record Attempt(Instant at, String sender, String recipient, String message, boolean accepted) {}

    /** Opens the store as a process of this name. */
    public SimulatedSending(StoreLocation location, String owner, ManualClock clock, Supplier<SendPolicy> policy)
            throws StoreFailure {
        this(location, owner, clock, policy, () -> {});
    }

    /**
     * Opens the store.
     *
     * @param accepted called after the mail server has accepted a message, before that is noted
     */
    public SimulatedSending(
            StoreLocation location, String owner, ManualClock clock, Supplier<SendPolicy> policy, Runnable accepted)
            throws StoreFailure {
        this.clock = clock;
        this.policy = policy;
        this.accepted = accepted;
        this.failed = new FailureReports.Memory(clock);
        this.run = SendRun.open(
                location,
                owner,
                this::submit,
                clock,
                new Random(1),
                new SendLog(event -> {}),
                new SendMetrics(new MetricRegistry()),
                new Dispatcher.Memory(),
                failed,
                () -> false);
    }

    private Submission submit(MailServer server, MailAddress sender, MailAddress recipient, byte[] message) {
        Submission submission = smtp.submit(server, sender, recipient, message);
        boolean taken = submission instanceof Submission.Accepted;
        attempts.add(new Attempt(
                clock.instant(),
                sender.toString(),
                recipient.toString(),
                new String(message, StandardCharsets.US_ASCII),
                taken));
        if (taken) {
            accepted.run();
        }
        return submission;
    }

    /** Does everything that is due until an instant, each at its time. */
    public void runUntil(Instant end) throws StoreFailure {
        while (clock.instant().isBefore(end)) {
            Instant next = run.pass(policy.get());
            Instant soonest = clock.instant().plusMillis(100);
            Instant wake = next.isBefore(soonest) ? soonest : next;
            clock.set(wake.isAfter(end) ? end : wake);
        }
    }

    /** Takes a message that is a reason for a failure report. */
    public void failed(FailedMessage message) {
        failed.offer(message);
    }

    /** In the order of time. */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    @Override
    public void close() {
        run.close();
    }
}
