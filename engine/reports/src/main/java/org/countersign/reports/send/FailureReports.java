package org.countersign.reports.send;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.reports.failure.FailureReport;
import org.countersign.reports.failure.FailureReportWriter;
import org.countersign.reports.failure.IncidentFolding;
import org.countersign.reports.failure.Redaction;
import org.countersign.reports.send.DeliveryQueue.NewDelivery;
import org.countersign.reports.send.Destinations.Destination;
import org.countersign.reports.send.Destinations.Found;
import org.countersign.reports.send.ReportQueue.NewFailureReport;
import org.countersign.service.BoundedQueue;
import org.countersign.service.FileFailure;
import org.countersign.store.Store;
import org.countersign.syntax.Octets;

/**
 * Makes failure reports (RFC 9991) of the messages that failed: folds like ones, looks for the addresses, redacts, and stores what
 * {@link Dispatcher} sends. For one thread.
 */
final class FailureReports {
    // Most failures are folded. What waits longer is no news any more.
    private static final int MAX_WAITING = 200;
    private static final int MAX_MESSAGES = 256;
    private static final long MAX_OCTETS = 4L << 20;
    private static final int MAX_QUERIES = 200;
    private static final Duration MAX_LOOKUP = Duration.ofSeconds(30);
    private static final int MAX_LOOKUPS = 3;
    private static final Duration LOOKUP_PAUSE = Duration.ofMinutes(5);
    // Between two reports to one address.
    private static final Duration SPACING = Duration.ofMinutes(1);
    // A service that stops waits for 5 seconds.
    private static final Duration MAX_END = Duration.ofSeconds(3);
    // RFC 5965 §3.1: a product and its version.
    private static final String USER_AGENT = ReportComposer.GENERATOR.replace(' ', '/');

    private final Outbox outbox;
    private final Suppressions suppressions;
    private final StoreKey bounceKey;
    private final StoreKey redactionKey;
    private final InstantSource clock;
    // For what waits in memory: a clock that is set changes none of it.
    private final InstantSource steady;
    private final SendLog log;
    private final SendMetrics metrics;
    private final Memory memory;

    /** What became of a message that is a reason for a report. */
    enum Result {
        /** It is in a report. */
        REPORTED,
        /** Too many reports were sent already. */
        LIMITED,
        /** No address takes reports. */
        NO_ADDRESS,
        /** There were more messages than could be dealt with. */
        LOST
    }

    /** What waits, although the store may be opened again. */
    static final class Memory {
        private final BoundedQueue<FailedMessage> messages =
                new BoundedQueue<>(MAX_MESSAGES, MAX_OCTETS, FailedMessage::octets);
        private final IncidentFolding folding;
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private final LongAdder rejected = new LongAdder();
        private long lost;

        Memory(InstantSource clock) {
            this.folding = new IncidentFolding(MeasuringClock.monotonicOf(clock));
        }

        /** Takes a message from any thread, and never waits. One that finds no room is counted. */
        void offer(FailedMessage message) {
            if (!messages.offer(message)) {
                rejected.increment();
            }
        }
    }

    /** A report that is to be made at an instant of the monotonic clock, after so many attempts to find its addresses. */
    private record Waiting(FailureReport report, Instant at, int attempt) {}

    FailureReports(Store store, String owner, InstantSource clock, SendLog log, SendMetrics metrics, Memory memory) {
        this.outbox = new Outbox(store, owner);
        this.suppressions = new Suppressions(store);
        this.bounceKey = StoreKey.ofBounces(store);
        this.redactionKey = StoreKey.ofRedaction(store);
        this.clock = clock;
        this.steady = MeasuringClock.monotonicOf(clock);
        this.log = log;
        this.metrics = metrics;
        this.memory = memory;
    }

    /**
     * Makes the reports that are due.
     *
     * @return when to go on; empty if nothing waits
     */
    Optional<Instant> run(SendPolicy policy, MailAddress from) throws SQLException {
        fold();
        if (memory.waiting.isEmpty()) {
            return memory.folding.next().map(this::byDay);
        }
        Optional<FailureReportWriter> writer = writer(policy);
        if (writer.isEmpty()) {
            return Optional.of(clock.instant().plus(LOOKUP_PAUSE));
        }
        // Those that wait for the DNS go to the end.
        int number = memory.waiting.size();
        for (int i = 0; i < number; i++) {
            Waiting next = memory.waiting.getFirst();
            if (next.at().isAfter(steady.instant())) {
                memory.waiting.removeFirst();
                memory.waiting.addLast(next);
            } else {
                // Removed only after the store has it.
                Optional<Waiting> again =
                        make(next, policy, writer.get(), steady.instant().plus(MAX_LOOKUP), Optional.empty());
                memory.waiting.removeFirst();
                again.ifPresent(memory.waiting::addLast);
            }
        }
        Optional<Instant> earliest = memory.waiting.stream().map(Waiting::at).min(Instant::compareTo);
        Optional<Instant> folded = memory.folding.next();
        return (earliest.isEmpty() || (folded.isPresent() && folded.get().isBefore(earliest.get())) ? folded : earliest)
                .map(this::byDay);
    }

    /** An instant of the monotonic clock by the clock of the day. */
    private Instant byDay(Instant time) {
        return clock.instant().plus(Duration.between(steady.instant(), time));
    }

    /**
     * Makes all reports that wait, because the program ends: the store has them then, and the next process sends them, those to one
     * address a minute apart. It takes a few seconds at most. What the DNS does not answer for until then is lost.
     */
    void end(SendPolicy policy) throws SQLException {
        fold();
        Instant now = steady.instant();
        memory.folding.end().forEach(report -> add(report, now));
        Optional<FailureReportWriter> writer = memory.waiting.isEmpty() ? Optional.empty() : writer(policy);
        Instant end = now.plus(MAX_END);
        Map<String, Integer> made = new HashMap<>();
        while (!memory.waiting.isEmpty()) {
            Waiting next = memory.waiting.getFirst();
            Optional<Waiting> again = writer.isPresent() && steady.instant().isBefore(end)
                    ? make(next, policy, writer.get(), end, Optional.of(made))
                    : Optional.of(next);
            memory.waiting.removeFirst();
            again.ifPresent(lost -> count(Result.LOST, lost.report().incidents()));
        }
    }

    private void fold() {
        List<FailedMessage> messages = new ArrayList<>();
        memory.messages.drainTo(messages);
        Instant now = steady.instant();
        for (FailedMessage message : messages) {
            memory.folding.offer(message.report()).ifPresent(report -> add(report, now));
        }
        memory.folding.due().forEach(report -> add(report, now));
        long lost = memory.folding.dropped() + memory.rejected.sum();
        count(Result.LOST, lost - memory.lost);
        memory.lost = lost;
    }

    private void add(FailureReport report, Instant now) {
        if (memory.waiting.size() < MAX_WAITING) {
            memory.waiting.addLast(new Waiting(report, now, 0));
        } else {
            count(Result.LOST, report.incidents());
        }
    }

    private void count(Result result, long messages) {
        metrics.failures(result, messages);
        if (result == Result.LIMITED || result == Result.LOST) {
            log.failuresOmitted(messages);
        }
    }

    /** Empty if the key cannot be used now. */
    private Optional<FailureReportWriter> writer(SendPolicy policy) throws SQLException {
        FailureSettings settings = policy.failures();
        try {
            Optional<Octets> key = settings.redactionKey(policy.policyFile());
            byte[] octets = key.isPresent() ? key.get().toByteArray() : redactionKey.get();
            if (octets.length < Redaction.MIN_KEY) {
                log.problem(
                        "reports.failure-reports.redaction-key-file has less than " + Redaction.MIN_KEY
                                + " octets: write a secret to it, such as that of openssl rand -hex 32",
                        clock.instant());
                return Optional.empty();
            }
            return Optional.of(
                    new FailureReportWriter(new Redaction(octets), settings.subject(), settings.maxSize(), USER_AGENT));
        } catch (FileFailure failure) {
            log.problem(String.join("; ", failure.lines()), clock.instant());
            return Optional.empty();
        }
    }

    /**
     * Makes a report. Gives what is to be tried again.
     *
     * @param end until when to wait for the DNS, by the monotonic clock
     * @param last how many reports each address gets, if these are the last ones of this process
     */
    private Optional<Waiting> make(
            Waiting next,
            SendPolicy policy,
            FailureReportWriter writer,
            Instant end,
            Optional<Map<String, Integer>> last)
            throws SQLException {
        FailureReport report = next.report();
        if (!policy.failures().domains().contains(report.policyDomain())) {
            // The settings have changed meanwhile.
            count(Result.NO_ADDRESS, report.incidents());
            return Optional.empty();
        }
        MessageLookups lookups = new MessageLookups(policy.dns(), MAX_QUERIES, end);
        switch (new Destinations(ReportKind.FAILURE, lookups).find(report.policyDomain())) {
            case Found.Unknown unknown -> {
                if (next.attempt() < MAX_LOOKUPS) {
                    return Optional.of(new Waiting(report, steady.instant().plus(LOOKUP_PAUSE), next.attempt() + 1));
                }
                count(Result.NO_ADDRESS, report.incidents());
            }
            case Found.Addresses found -> {
                List<MailAddress> wanted = found.addresses().stream()
                        .map(Destination::address)
                        .filter(policy.settings().choice()::allows)
                        .toList();
                count(
                        wanted.isEmpty() ? Result.NO_ADDRESS : store(report, wanted, policy.failures(), writer, last),
                        report.incidents());
            }
        }
        return Optional.empty();
    }

    private Result store(
            FailureReport report,
            List<MailAddress> addresses,
            FailureSettings settings,
            FailureReportWriter writer,
            Optional<Map<String, Integer>> last)
            throws SQLException {
        byte[] key = bounceKey.get();
        String id = ReportIds.random();
        Instant now = clock.instant();
        outbox.counts().lock();
        List<NewDelivery> deliveries = new ArrayList<>();
        boolean limited = false;
        Instant due = now;
        for (MailAddress address : addresses) {
            DeliveryCounts.FailureCount count = outbox.counts().ofFailureReports(address, now);
            if (count.all() + deliveries.size() >= settings.perHour()
                    || count.toAddress() >= settings.perAddress()
                    || (count.justNow() > 0 && last.isEmpty())) {
                limited = true;
            } else if (!suppressions.isSuppressed(address, now)) {
                if (last.isPresent()) {
                    // The first one may follow a report of the last minute.
                    int earlier = last.get().getOrDefault(address.key(), count.justNow() > 0 ? 1 : 0);
                    last.get().put(address.key(), earlier + 1);
                    due = later(due, now.plus(SPACING.multipliedBy(earlier)));
                }
                int n = deliveries.size();
                deliveries.add(new NewDelivery(id, n, address, ReportIds.token(key, id, n), DeliveryState.WAITING, ""));
            }
        }
        if (deliveries.isEmpty()) {
            outbox.endReading();
            return limited ? Result.LIMITED : Result.NO_ADDRESS;
        }
        outbox.addFailureReport(
                new NewFailureReport(id, report.policyDomain(), report.incidents(), writer.write(id, report)),
                deliveries,
                now,
                due);
        return Result.REPORTED;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
