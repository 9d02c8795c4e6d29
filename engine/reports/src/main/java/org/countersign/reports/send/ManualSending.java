package org.countersign.reports.send;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.countersign.metrics.Label;
import org.countersign.metrics.MetricRegistry;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * Sends the reports of a day at once, by hand: without waiting for the hours of sending, but with the gaps between messages to one
 * domain. A service may run at the same time; each report is sent by one of the two.
 */
public final class ManualSending {
    private static final Duration STEP = Duration.ofMillis(200);

    private final StoreLocation location;
    private final SendPolicy policy;
    private final InstantSource clock;
    private final EventLog log;

    /**
     * @param log receives an event for each delivery
     */
    public ManualSending(StoreLocation location, SendPolicy policy, InstantSource clock, EventLog log) {
        this.location = location;
        this.policy = policy;
        this.clock = clock;
        this.log = log;
    }

    /**
     * What was done.
     *
     * @param notReady why the day was not planned; empty if it was, now or before
     * @param planned the number of reports planned
     * @param sent the number of deliveries that the server accepted
     * @param postponed that of attempts that are repeated later
     * @param failed that of refused deliveries
     * @param expired that of deliveries that are given up
     */
    public record Summary(
            Optional<String> notReady, int planned, long sent, long postponed, long failed, long expired) {}

    /**
     * Plans a day, and sends everything that is due.
     *
     * @param from the author of the reports
     * @param day counted from 1970-01-01 in UTC
     * @throws StoreFailure if the store cannot be used; what was sent stays sent
     * @throws InterruptedException if the thread is interrupted between two messages
     */
    public Summary run(MailAddress from, long day) throws StoreFailure, InterruptedException {
        MetricRegistry metrics = new MetricRegistry();
        Dispatcher.Memory memory = new Dispatcher.Memory();
        try (SendRun run = SendRun.open(
                location,
                UUID.randomUUID().toString(),
                new SmtpSubmission(),
                clock,
                RandomGenerator.getDefault(),
                new SendLog(log),
                new SendMetrics(metrics),
                memory,
                new FailureReports.Memory(clock),
                () -> Thread.currentThread().isInterrupted())) {
            Optional<String> notReady = run.planNow(day, from, policy.settings());
            if (notReady.isEmpty()) {
                run.hurry(day);
            }
            Instant next = run.dispatch(policy, from);
            // What is later than the gap between two messages is left to the next run or the service.
            while (!next.isAfter(clock.instant().plus(Dispatcher.SPACING))) {
                Thread.sleep(STEP);
                next = run.dispatch(policy, from);
            }
            return new Summary(
                    notReady,
                    (int) metrics.total(SendMetrics.PLANNED),
                    count(metrics, DeliveryState.SENT),
                    count(metrics, DeliveryState.WAITING),
                    count(metrics, DeliveryState.FAILED),
                    count(metrics, DeliveryState.EXPIRED));
        }
    }

    private static long count(MetricRegistry metrics, DeliveryState state) {
        return metrics.value(SendMetrics.DELIVERIES, new Label("state", state.keyword()));
    }
}
