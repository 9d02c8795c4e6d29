package org.countersign.reports.receive;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.ReportPeriod;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.reports.receive.ReceivedTables.Entry;
import org.countersign.reports.receive.ReceivedTables.Existing;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.receive.ReportReceiver.Note;
import org.countersign.store.Store;

/**
 * What one message or file writes: its reports, what was refused of it, and a note of the caller. Decides which reports are taken. One
 * attempt: if another host interrupts it, nothing is written and the caller makes a new one.
 */
final class ReceiveTransaction {
    private final Store store;
    private final ReceivedTables tables;
    private final RefusedTable refused;
    private final ReceiveSettings settings;
    private final Predicate<DomainName> ours;
    private final Door door;
    private final long now;
    // Another host has inserted one of the reports since this transaction looked for it.
    private boolean interrupted;

    /**
     * @param ours whether reports about a policy domain are wanted
     * @param now in seconds since 1970
     */
    ReceiveTransaction(Store store, ReceiveSettings settings, Predicate<DomainName> ours, Door door, long now) {
        this.store = store;
        this.settings = settings;
        this.ours = ours;
        this.door = door;
        this.now = now;
        this.tables = new ReceivedTables(store);
        this.refused = new RefusedTable(store);
    }

    /** Writes everything; empty if another host interrupted it. */
    Optional<List<Outcome>> run(List<Found> found, Note note) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>();
        tables.begin();
        for (Found item : found) {
            outcomes.add(
                    switch (item) {
                        case Found.Aggregate aggregate -> take(aggregate);
                        case Found.Failure failure -> take(failure);
                        case Found.Unusable unusable -> refuse(unusable, RefusalKind.UNUSABLE);
                        case Found.LeftAlone other -> new Outcome.LeftAlone(other.name(), other.what());
                    });
            if (interrupted) {
                store.rollback();
                return Optional.empty();
            }
        }
        new ReceivedRetention(store, settings.keep()).run(Instant.ofEpochSecond(now));
        note.write(store);
        store.commit();
        return Optional.of(List.copyOf(outcomes));
    }

    private Outcome take(Found.Aggregate found) throws SQLException {
        DomainName domain = found.report().policy().domain();
        if (!ours.test(domain)) {
            return refuse(found, RefusalKind.NOT_ABOUT_US, notAboutUs(domain));
        }
        Authentication authentication = found.origin().authentication();
        Entry entry = Entry.of(found, authentication);
        Optional<Existing> same = tables.find(entry.id());
        Optional<Existing> copy = same.isPresent() ? Optional.empty() : tables.findCopy(entry);
        if (same.filter(existing -> existing.hasContentOf(entry)).isPresent()
                || copy.filter(existing -> existing.rank() >= entry.rank()).isPresent()) {
            return new Outcome.Duplicate(
                    found.name(),
                    entry.reporter(),
                    domain.toString(),
                    found.report().period());
        }
        Optional<String> excess = same.isPresent() || copy.isPresent() ? Optional.empty() : excess(entry);
        if (excess.isPresent()) {
            return refuse(found, RefusalKind.DAILY_LIMIT, excess.get());
        }
        return store(found, same.isPresent() ? entry.replacing() : entry, same.or(() -> copy), authentication);
    }

    private Outcome take(Found.Failure found) throws SQLException {
        DomainName domain = found.report().domain();
        if (!ours.test(domain)) {
            return refuse(found, RefusalKind.NOT_ABOUT_US, notAboutUs(domain));
        }
        Authentication authentication = found.origin().authentication();
        String reporter = authentication.state() == State.PASS
                ? authentication.reporter().orElseThrow().toString()
                : found.origin().sender();
        FailureTable failures = new FailureTable(store);
        boolean limited = door == Door.MAIL;
        if (limited && failures.since(reporter, authentication.state(), today()) >= failureLimit(authentication)) {
            return refuse(
                    found,
                    RefusalKind.DAILY_LIMIT,
                    "more than " + failureLimit(authentication) + " failure reports today");
        }
        return failures.insert(found.report(), reporter, authentication.state(), now)
                ? new Outcome.FailureStored(
                        found.name(),
                        reporter,
                        domain.toString(),
                        found.report().incidents(),
                        authentication)
                : new Outcome.Duplicate(found.name(), reporter, domain.toString(), new ReportPeriod(now, now));
    }

    private int failureLimit(Authentication authentication) {
        ReceiveSettings.DailyLimits limits = settings.limits();
        return authentication.state() == State.PASS ? limits.reports() : limits.strangers();
    }

    private long today() {
        return now - now % ReceivedTables.SECONDS_OF_DAY;
    }

    private Outcome store(Found.Aggregate found, Entry entry, Optional<Existing> earlier, Authentication authentication)
            throws SQLException {
        if (earlier.isPresent()) {
            tables.delete(earlier.get().id());
        }
        interrupted = !tables.insert(entry, now);
        return new Outcome.Stored(
                found.name(),
                entry.reporter(),
                found.report().reportId(),
                found.report().policy().domain().toString(),
                found.report().period(),
                found.report().messages(),
                found.report().rows().size(),
                authentication,
                earlier.isPresent(),
                entry.remarks());
    }

    /** Why a report is one too many on this day. */
    private Optional<String> excess(Entry entry) throws SQLException {
        ReceiveSettings.DailyLimits limits = settings.limits();
        if (door == Door.HAND) {
            return Optional.empty();
        }
        if (entry.state() != State.PASS) {
            return tables.ofStrangers(today()).reports() < limits.strangers()
                    ? Optional.empty()
                    : Optional.of("more than " + limits.strangers() + " reports today from senders that are not"
                            + " authenticated (reports.receive.max-unauthenticated)");
        }
        ReceivedTables.Amount amount = tables.ofReporter(entry.reporter(), today());
        if (amount.reports() >= limits.reports()) {
            return Optional.of("more than " + limits.reports()
                    + " reports of this reporter today (reports.receive.max-reports-per-reporter)");
        }
        return amount.rows() + entry.report().rows().size() <= limits.rows()
                ? Optional.empty()
                : Optional.of("more than " + limits.rows()
                        + " rows of this reporter today (reports.receive.max-rows-per-reporter)");
    }

    private Outcome refuse(Found.Aggregate found, RefusalKind kind, String reason) throws SQLException {
        return refuse(new Found.Unusable(found.name(), found.origin(), reason, 0), kind);
    }

    private Outcome refuse(Found.Failure found, RefusalKind kind, String reason) throws SQLException {
        return refuse(new Found.Unusable(found.name(), found.origin(), reason, 0), kind);
    }

    private Outcome refuse(Found.Unusable found, RefusalKind kind) throws SQLException {
        refused.note(
                new RefusedTable.Refusal(found.origin().sender(), found.name(), found.reason(), found.octets()), now);
        return new Outcome.Refused(found.name(), kind, found.reason());
    }

    private static String notAboutUs(DomainName domain) {
        return "not about us: " + domain + " is none of our domains (protect, signing.keys, reports.receive.about)";
    }
}
