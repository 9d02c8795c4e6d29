package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.MeasuringClock;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/** Plans, composes and sends with one connection to the store. For one thread. */
final class SendRun implements AutoCloseable {
    private static final Duration PLANNING_PAUSE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration CLEANING_PAUSE = Duration.ofHours(1);

    private final Store store;
    private final DayPlanner planner;
    private final Dispatcher dispatcher;
    private final FailureReports failures;
    private final SendRetention retention;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final SendLog log;
    private final SendMetrics metrics;
    private final InstantSource steady;
    private Instant nextPlanning = Instant.MIN;
    // By the monotonic clock.
    private Instant nextCleaning = Instant.MIN;

    private SendRun(
            Store store,
            Dispatcher dispatcher,
            FailureReports failures,
            InstantSource clock,
            RandomGenerator random,
            SendLog log,
            SendMetrics metrics) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.failures = failures;
        this.clock = clock;
        this.steady = MeasuringClock.monotonicOf(clock);
        this.random = random;
        this.log = log;
        this.metrics = metrics;
        this.planner = new DayPlanner(store, PublicSuffixList.bundled());
        this.retention = new SendRetention(store);
    }

    /**
     * Opens the store.
     *
     * @param owner the name of this process, unlike that of every other one
     * @param random shifts the begin of sending
     * @param memory what an earlier run has left
     * @param failed the messages that failure reports are made of
     * @param ending whether the program ends
     */
    static SendRun open(
            StoreLocation location,
            String owner,
            SmtpClient smtp,
            InstantSource clock,
            RandomGenerator random,
            SendLog log,
            SendMetrics metrics,
            Dispatcher.Memory memory,
            FailureReports.Memory failed,
            BooleanSupplier ending)
            throws StoreFailure {
        Store store = Store.openForWriting(location);
        Dispatcher dispatcher = new Dispatcher(store, owner, smtp, clock, log, metrics, memory, ending);
        FailureReports failures = new FailureReports(store, owner, clock, log, metrics, failed);
        return new SendRun(store, dispatcher, failures, clock, random, log, metrics);
    }

    /**
     * Does what is due.
     *
     * @return when to go on
     */
    Instant pass(SendPolicy policy) throws StoreFailure {
        Optional<MailAddress> from = policy.settings().from();
        Instant now = clock.instant();
        if (from.isEmpty()) {
            return now.plus(PLANNING_PAUSE);
        }
        try {
            if (!steady.instant().isBefore(nextCleaning)) {
                retention.run(now);
                nextCleaning = steady.instant().plus(CLEANING_PAUSE);
            }
            // Planning is due at the next midnight at the latest.
            if (MeasuringClock.hasCome(nextPlanning, DAY, now)) {
                nextPlanning = planCompleteDays(from.get(), policy.settings(), now);
            }
            Optional<Instant> failed = failures.run(policy, from.get());
            Instant sending = dispatcher.run(policy, from.get());
            Instant next = sending.isBefore(nextPlanning) ? sending : nextPlanning;
            return failed.filter(next::isAfter).orElse(next);
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** Makes the failure reports that would be made later, because the program ends. */
    void end(SendPolicy policy) throws StoreFailure {
        if (policy.settings().from().isEmpty()) {
            return;
        }
        try {
            failures.end(policy);
            log.idle();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** Plans the last days; returns when there may be another one. */
    private Instant planCompleteDays(MailAddress from, SendSettings settings, Instant now) throws SQLException {
        Instant next = PlannedReport.begin(PlannedReport.dayOf(now) + 1);
        for (long day : planner.unplanned(now)) {
            if (planner.readiness(day, now) instanceof DayPlanner.Readiness.Ready) {
                plan(day, from, settings, settings.window().next(now, random.nextDouble()));
            } else {
                next = now.plus(PLANNING_PAUSE);
            }
        }
        return next;
    }

    /** Plans a day; empty if it was planned before. */
    private Optional<DaySelection> plan(long day, MailAddress from, SendSettings settings, SendWindow.Span span)
            throws SQLException {
        Optional<DaySelection> planned = planner.plan(day, from, settings, span, clock.instant());
        planned.ifPresent(selection -> {
            metrics.planned(selection.chosen().size());
            log.planned(selection);
        });
        return planned;
    }

    /**
     * Plans a day by hand: its reports are due at once.
     *
     * @return why it cannot be planned now; empty if it is planned, now or before
     */
    Optional<String> planNow(long day, MailAddress from, SendSettings settings) throws StoreFailure {
        Instant now = clock.instant();
        try {
            if (!planner.isPlanned(day)
                    && planner.readiness(day, now) instanceof DayPlanner.Readiness.Waiting(var until, var why)) {
                return Optional.of(why + "; try again at " + until + " at the latest");
            }
            plan(day, from, settings, new SendWindow.Span(now, now));
            return Optional.empty();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /** Makes all reports of a day due that were planned for later and not tried yet. */
    void hurry(long day) throws StoreFailure {
        try (PreparedStatement update = store.connection()
                .prepareStatement(
                        "UPDATE report_out SET next_at = ? WHERE day = ? AND state = 'planned' AND attempt = 0"
                                + " AND next_at > ?")) {
            long now = clock.instant().getEpochSecond();
            update.setLong(1, now);
            update.setLong(2, day);
            update.setLong(3, now);
            update.executeUpdate();
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    /**
     * Composes and sends what is due.
     *
     * @return when to go on
     */
    Instant dispatch(SendPolicy policy, MailAddress from) throws StoreFailure {
        try {
            return dispatcher.run(policy, from);
        } catch (SQLException error) {
            store.rollback();
            throw store.failure(error);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
