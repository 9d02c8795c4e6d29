package org.countersign.reports.send;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.reports.failure.FailureReportWriter;
import org.countersign.reports.send.DeliveryQueue.NewDelivery;
import org.countersign.reports.send.Destinations.Destination;
import org.countersign.reports.send.Destinations.Found;
import org.countersign.reports.send.ReportQueue.Part;
import org.countersign.store.RetentionClock;
import org.countersign.store.Store;

/**
 * Composes the reports that are due, and sends the deliveries that are due. One call is one pass over a bounded number of them.
 * For one thread.
 */
final class Dispatcher {
    private static final int MAX_REPORTS = 20;
    private static final int MAX_DELIVERIES = 100;
    // Two walks of eight queries for each of ten addresses, and their records.
    private static final int MAX_QUERIES = 200;
    private static final Duration MAX_LOOKUP = Duration.ofSeconds(30);
    private static final int MAX_LOOKUPS = 3;
    private static final Duration LOOKUP_PAUSE = Duration.ofMinutes(30);
    // Reports are spread over hours: one summary is for all of them.
    private static final Duration QUIET = Duration.ofHours(1);
    /** Between two messages to one domain. */
    static final Duration SPACING = Duration.ofSeconds(2);
    /** After a connection failed, before the next one. */
    static final Duration SERVER_PAUSE = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final RetentionClock ages;
    private final ReportComposer composer;
    private final Suppressions suppressions;
    private final StoreKey bounceKey;
    private final SmtpClient smtp;
    private final InstantSource clock;
    // For what this process waits for: a clock that is set changes none of it.
    private final InstantSource steady;
    private final SendLog log;
    private final SendMetrics metrics;
    private final BooleanSupplier ending;
    private final Memory memory;

    /** What a pass leaves for the next one, although the store may have been opened again. */
    static final class Memory {
        // Both by the monotonic clock.
        private final Map<DomainName, Instant> lastSent = new HashMap<>();
        private Instant serverPause = Instant.EPOCH;
        private Optional<Note> unwritten = Optional.empty();
    }

    /** What became of a delivery. */
    private record Note(Delivery delivery, DeliveryState state, Instant next, String text, boolean suppress) {}

    /**
     * @param owner the name of this process, unlike that of every other one
     * @param ending whether the program ends, so that nothing new is begun and a broken connection means nothing
     */
    Dispatcher(
            Store store,
            String owner,
            SmtpClient smtp,
            InstantSource clock,
            SendLog log,
            SendMetrics metrics,
            Memory memory,
            BooleanSupplier ending) {
        this.outbox = new Outbox(store, owner);
        this.ages = new RetentionClock(store);
        this.composer = new ReportComposer(store);
        this.suppressions = new Suppressions(store);
        this.bounceKey = StoreKey.ofBounces(store);
        this.smtp = smtp;
        this.clock = clock;
        this.steady = MeasuringClock.monotonicOf(clock);
        this.log = log;
        this.metrics = metrics;
        this.memory = memory;
        this.ending = ending;
    }

    /**
     * Makes one pass.
     *
     * @return when the next one is due: now if there was too much for this one
     */
    Instant run(SendPolicy policy, MailAddress from) throws SQLException {
        writeNote();
        compose(policy, from);
        Instant again = send(policy, from);
        Instant now = clock.instant();
        Optional<Instant> due = outbox.next();
        if (due.isEmpty() || due.get().isAfter(now.plus(QUIET))) {
            log.idle();
        }
        Instant next = due.orElse(now.plus(Outbox.LEASE));
        return next.isAfter(now) ? next : again;
    }

    private void compose(SendPolicy policy, MailAddress from) throws SQLException {
        for (PlannedReport report : outbox.reports().due(clock.instant(), MAX_REPORTS)) {
            if (ending.getAsBoolean()) {
                return;
            }
            if (outbox.reports().take(report, clock.instant())) {
                compose(report, policy, from);
            }
        }
    }

    private void compose(PlannedReport report, SendPolicy policy, MailAddress from) throws SQLException {
        Instant now = clock.instant();
        // The first attempt may be late, as after an update of the service.
        Instant latest =
                PlannedReport.begin(report.day() + 1 + DayPlanner.MAX_DAYS).plus(Delivery.MAX_AGE);
        if (now.isAfter(latest)) {
            // If the clock is wrong, the report waits until somebody has corrected it.
            if (ages.time(now).isAfter(latest)) {
                drop(report, "it is too late");
            }
            outbox.endReading();
            return;
        }
        Found found = new Destinations(
                        ReportKind.AGGREGATE,
                        new MessageLookups(policy.dns(), MAX_QUERIES, MeasuringClock.deadline(clock, MAX_LOOKUP)))
                .find(report.domain());
        switch (found) {
            case Found.Unknown(String why) -> {
                if (ending.getAsBoolean()) {
                    return;
                }
                if (report.attempt() < MAX_LOOKUPS) {
                    outbox.reports().postpone(report, clock.instant().plus(LOOKUP_PAUSE), why);
                } else {
                    drop(report, why);
                }
            }
            case Found.Addresses(List<Destination> addresses, var refused) -> {
                List<Destination> wanted = addresses.stream()
                        .filter(each -> policy.settings().choice().allows(each.address()))
                        .toList();
                List<String> reasons = new ArrayList<>();
                refused.forEach(each -> reasons.add(each.toString()));
                if (wanted.size() < addresses.size()) {
                    reasons.add("reports.send.not-to excludes an address");
                }
                if (wanted.isEmpty()) {
                    drop(report, reasons.isEmpty() ? "the record names no address" : String.join("; ", reasons));
                } else {
                    store(report, wanted, reasons, policy.settings(), from);
                }
            }
        }
    }

    private void store(
            PlannedReport report,
            List<Destination> addresses,
            List<String> reasons,
            SendSettings settings,
            MailAddress from)
            throws SQLException {
        List<Part> parts = composer.compose(report, settings, from);
        if (parts.isEmpty()) {
            drop(report, "its rows were removed");
            return;
        }
        byte[] key = bounceKey.get();
        Instant now = clock.instant();
        // From here on no other host adds deliveries, so that the limits hold for all hosts together.
        outbox.counts().lock();
        List<NewDelivery> deliveries = deliveries(report.day(), parts, addresses, reasons, settings.limits(), key, now);
        if (deliveries.isEmpty()) {
            drop(report, String.join("; ", reasons));
            return;
        }
        if (outbox.compose(report, parts, deliveries, String.join("; ", reasons), now)) {
            log.composed(report, parts.size(), parts.getFirst().omitted());
            deliveries.stream()
                    .filter(each -> each.state() == DeliveryState.SUPPRESSED)
                    .forEach(each -> metrics.delivery(DeliveryState.SUPPRESSED));
        }
    }

    /**
     * One delivery of each part to each address that the limits allow.
     *
     * @param reasons receives why an address gets none
     * @param key of the tokens, by which a bounce is recognized
     */
    private List<NewDelivery> deliveries(
            long day,
            List<Part> parts,
            List<Destination> addresses,
            List<String> reasons,
            SendSettings.Limits limits,
            byte[] key,
            Instant now)
            throws SQLException {
        List<NewDelivery> deliveries = new ArrayList<>();
        int n = 0;
        int mails = 0;
        for (Destination destination : addresses) {
            Optional<String> limit = limit(day, destination, mails, parts.size(), limits);
            if (limit.isPresent()) {
                reasons.add(destination.address() + ": " + limit.get());
                continue;
            }
            boolean suppressed = suppressions.isSuppressed(destination.address(), now);
            for (Part part : parts) {
                deliveries.add(new NewDelivery(
                        part.reportId(),
                        n,
                        destination.address(),
                        ReportIds.token(key, part.reportId(), n),
                        suppressed ? DeliveryState.SUPPRESSED : DeliveryState.WAITING,
                        suppressed ? "the address is suppressed" : ""));
            }
            mails += suppressed ? 0 : parts.size();
            n++;
        }
        return deliveries;
    }

    /** Which limit forbids more mails to an address, after those of the same report to others. */
    private Optional<String> limit(
            long day, Destination destination, int ofReport, int more, SendSettings.Limits limits) throws SQLException {
        DeliveryCounts.DayCount count = outbox.counts().ofDay(day, destination.address());
        if (count.all() + ofReport + more > limits.perDay()) {
            return Optional.of("beyond reports.send.max-per-day");
        }
        return !destination.consented() && count.toAddress() + more > limits.perAddress()
                ? Optional.of("beyond reports.send.max-per-address")
                : Optional.empty();
    }

    private void drop(PlannedReport report, String why) throws SQLException {
        outbox.endReading();
        if (outbox.reports().drop(report, why)) {
            log.dropped(report, why);
        }
    }

    /** Sends what is due. Returns when to go on. */
    private Instant send(SendPolicy policy, MailAddress from) throws SQLException {
        Instant again = clock.instant();
        ReportSigner signer = policy.signer();
        Instant earliest = Instant.MAX;
        boolean sent = false;
        for (Delivery delivery : outbox.deliveries().due(again, MAX_DELIVERIES)) {
            Instant now = clock.instant();
            if (ending.getAsBoolean()) {
                return now;
            }
            Duration pause = left(memory.serverPause);
            if (pause.isPositive() && !delivery.isExpired(now)) {
                return now.plus(pause);
            }
            Duration spaced = left(memory.lastSent
                    .getOrDefault(delivery.address().domain(), Instant.EPOCH)
                    .plus(SPACING));
            if (spaced.isPositive()) {
                earliest = now.plus(spaced).isBefore(earliest) ? now.plus(spaced) : earliest;
                continue;
            }
            Optional<Delivery> taken = outbox.deliveries().take(delivery, now);
            if (taken.isPresent()) {
                sent = true;
                memory.unwritten = Optional.of(attempt(taken.get(), signer, policy.settings(), from));
                writeNote();
            }
        }
        forgetSpacing();
        return sent || earliest.equals(Instant.MAX) ? again : earliest;
    }

    /** The time until an instant of the monotonic clock; not positive if it has passed. */
    private Duration left(Instant until) {
        return Duration.between(steady.instant(), until);
    }

    private void forgetSpacing() {
        memory.lastSent.values().removeIf(time -> !left(time.plus(SPACING)).isPositive());
    }

    /** Makes one attempt. */
    private Note attempt(Delivery delivery, ReportSigner signer, SendSettings settings, MailAddress from)
            throws SQLException {
        Instant now = clock.instant();
        if (delivery.isExpired(now)) {
            return new Note(delivery, DeliveryState.EXPIRED, now, "not delivered in two days", false);
        }
        // It may have been suppressed since it was composed.
        boolean suppressed = suppressions.isSuppressed(delivery.address(), now);
        outbox.endReading();
        if (suppressed) {
            return new Note(delivery, DeliveryState.SUPPRESSED, now, "the address is suppressed", false);
        }
        Optional<byte[]> body = outbox.reports().body(delivery.reportId());
        if (body.isEmpty()) {
            return new Note(delivery, DeliveryState.EXPIRED, now, "the report was removed", false);
        }
        Optional<byte[]> message = signer.sign(from, message(from, delivery, body.get(), now));
        if (message.isEmpty()) {
            String problem = "no key signs mail of " + from + ": add one for its domain to signing.keys";
            log.problem(problem, now);
            return new Note(delivery, DeliveryState.WAITING, delivery.next(now), problem, false);
        }
        MailAddress sender = settings.bounceAddresses()
                ? new MailAddress(from.localPart() + Bounces.MARK + delivery.token(), from.domain())
                : from;
        Submission submission = smtp.submit(settings.server(), sender, delivery.address(), message.get());
        return note(delivery, submission);
    }

    private static byte[] message(MailAddress from, Delivery delivery, byte[] body, Instant now) {
        return switch (delivery.kind()) {
            case AGGREGATE -> new ReportMessage(from, delivery, body, now).octets();
            case FAILURE ->
                FailureReportWriter.message(
                        new FailureReportWriter.Envelope(
                                from.toString(), delivery.address().toString(), delivery.reportId(), now),
                        body);
        };
    }

    private Note note(Delivery delivery, Submission submission) {
        Instant now = clock.instant();
        String text = submission.text();
        return switch (submission) {
            case Submission.Accepted accepted -> {
                memory.lastSent.put(delivery.address().domain(), steady.instant());
                log.works();
                yield new Note(delivery, DeliveryState.SENT, now, text, false);
            }
            case Submission.Refused refused -> new Note(delivery, DeliveryState.FAILED, now, text, true);
            case Submission.Postponed postponed ->
                new Note(delivery, DeliveryState.WAITING, delivery.next(now), text, false);
            case Submission.Unreachable unreachable -> {
                if (ending.getAsBoolean()) {
                    // It may have been accepted. It is sent again with the same id.
                    yield new Note(delivery, DeliveryState.WAITING, now, "the program ended", false);
                }
                memory.serverPause = steady.instant().plus(SERVER_PAUSE);
                log.problem("the mail server of reports.send.server cannot be used: " + text, now);
                yield new Note(delivery, DeliveryState.WAITING, delivery.next(now), text, false);
            }
        };
    }

    /** Writes what became of the last delivery. Kept if the store fails, so that a report is not sent twice for that. */
    private void writeNote() throws SQLException {
        if (memory.unwritten.isEmpty()) {
            return;
        }
        Note note = memory.unwritten.get();
        boolean mine = outbox.deliveries()
                .note(note.delivery(), note.state(), note.next(), note.text(), note.suppress(), clock.instant());
        memory.unwritten = Optional.empty();
        if (mine) {
            metrics.delivery(note.state());
            log.delivery(note.delivery(), note.state(), note.text());
        }
    }
}
