package org.countersign.reports.send;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/**
 * What would be sent about a day, and to whom, for people. Nothing is changed and nothing is sent, but the DNS is asked.
 *
 * @param day counted from 1970-01-01 in UTC
 * @param waiting why the day is not planned yet; empty if it can be
 * @param planned whether the day was planned before, so that it is not planned again
 * @param warnings why others may refuse all reports
 * @param entries the largest reports, in the order of their messages
 * @param more how many further reports there are
 * @param omitted the number of policies without a report, for each reason
 */
public record ReportPlan(
        long day,
        Optional<String> waiting,
        boolean planned,
        List<String> warnings,
        List<Entry> entries,
        int more,
        Map<Omission, Long> omitted) {
    private static final int MAX_QUERIES = 200;
    private static final Duration MAX_LOOKUP = Duration.ofSeconds(30);

    public ReportPlan {
        warnings = List.copyOf(warnings);
        entries = List.copyOf(entries);
        omitted = Map.copyOf(omitted);
    }

    /**
     * One report.
     *
     * @param to the addresses that get it; none if the report is not sent
     * @param reasons why others do not, or why nothing is known
     */
    public record Entry(DomainName domain, long rows, long messages, List<MailAddress> to, List<String> reasons) {
        public Entry {
            to = List.copyOf(to);
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Makes a plan.
     *
     * @param store open for reading
     * @param max the number of reports whose addresses are looked up
     * @throws StoreFailure if the store cannot be read
     */
    public static ReportPlan of(Store store, SendPolicy policy, InstantSource clock, long day, int max)
            throws StoreFailure {
        Instant now = clock.instant();
        try {
            DayPlanner planner = new DayPlanner(store, PublicSuffixList.bundled());
            DaySelection selection = DaySelection.of(store, day, policy.settings(), PublicSuffixList.bundled());
            List<Entry> entries = new ArrayList<>();
            for (DaySelection.Candidate candidate :
                    selection.chosen().stream().limit(max).toList()) {
                entries.add(entry(candidate, policy, clock, new Suppressions(store)));
            }
            Optional<String> waiting =
                    planner.readiness(day, now) instanceof DayPlanner.Readiness.Waiting(var until, var why)
                            ? Optional.of(why + "; at the latest at " + until)
                            : Optional.empty();
            return new ReportPlan(
                    day,
                    waiting,
                    planner.isPlanned(day),
                    AuthorDomainCheck.problems(policy, clock),
                    entries,
                    selection.chosen().size() - entries.size(),
                    selection.omitted());
        } catch (SQLException error) {
            throw store.failure(error);
        }
    }

    private static Entry entry(
            DaySelection.Candidate candidate, SendPolicy policy, InstantSource clock, Suppressions suppressions)
            throws SQLException {
        List<MailAddress> to = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        MessageLookups lookups =
                new MessageLookups(policy.dns(), MAX_QUERIES, MeasuringClock.deadline(clock, MAX_LOOKUP));
        switch (new Destinations(ReportKind.AGGREGATE, lookups).find(candidate.domain())) {
            case Destinations.Found.Unknown(String why) -> reasons.add(why);
            case Destinations.Found.Addresses(var addresses, var refused) -> {
                for (Destinations.Destination destination : addresses) {
                    MailAddress address = destination.address();
                    if (!policy.settings().choice().allows(address)) {
                        reasons.add(address + ": excluded by reports.send.not-to");
                    } else if (suppressions.isSuppressed(address, clock.instant())) {
                        reasons.add(address + ": suppressed");
                    } else {
                        to.add(address);
                    }
                }
                refused.forEach(each -> reasons.add(each.toString()));
            }
        }
        if (to.isEmpty() && reasons.isEmpty()) {
            reasons.add("the record names no address");
        }
        return new Entry(candidate.domain(), candidate.rows(), candidate.messages(), to, reasons);
    }
}
