package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.countersign.reports.view.Readiness.Answer;
import org.countersign.reports.view.Readiness.Outcome;
import org.countersign.reports.view.Readiness.Reason;
import org.countersign.reports.view.Readiness.Rule;
import org.countersign.reports.view.Sources.SourceSummary;
import org.countersign.store.StoreFailure;

/** Finds out whether a domain is ready for {@code p=reject}. */
final class ReadinessQuery {
    /** How many days need data. */
    static final int DAYS = 28;

    /** Reports of the last two days are not there yet. */
    static final int WINDOW = DAYS + 2;

    static final int MIN_REPORTERS = 3;
    static final int MIN_MESSAGES = 100;
    private static final int MAX_REFUSED = 20;
    // Half a percent.
    private static final long MAX_KNOWN_FAILING = 5;

    private final Rows rows;
    private final KnownSourcesReader reader;
    private final LocalDate today;

    ReadinessQuery(Rows rows, KnownSourcesReader reader) {
        this.rows = rows;
        this.reader = reader;
        this.today = reader.today();
    }

    Readiness read(String domain, boolean unauthenticated) throws StoreFailure {
        ViewPeriod period = new ViewPeriod(today.minusDays(WINDOW - 1L), today, unauthenticated);
        DomainHistory history = new HistoryQuery(rows, reader).read(domain, period);
        Sources sources = new SourcesQuery(rows, reader).read(domain, period);
        List<NewSender> fresh = newSenders(sources, reader.read(domain, period));
        DomainHistory.Day total = history.total();
        Map<LocalDate, String> policies = policies(domain, period);
        List<Reason> reasons = new ArrayList<>();
        reasons.add(days(history));
        reasons.add(reporters(domain, period));
        reasons.add(messages(total));
        reasons.addAll(senders(domain, sources));
        reasons.add(knownFailing(total));
        reasons.add(newSenders(domain, fresh));
        String policy = policies.values().stream().reduce("", (earlier, later) -> later);
        reasons.add(policy(policies));
        if (total.forwarded() > 0) {
            reasons.add(new Reason(
                    Rule.FORWARDED,
                    Outcome.WARNING,
                    CountText.of(total.forwarded(), "message")
                            + " failed because lists or forwarders passed them on: your users write to"
                            + " such addresses, and some receivers will refuse these messages."));
        }
        Answer answer = answer(reasons);
        Share refused = new Share(total.messages() - total.passing(), total.messages());
        return new Readiness(
                domain,
                period,
                policy,
                answer,
                reasons,
                refused(sources),
                refused,
                next(answer, policy, reasons, fresh));
    }

    private static Reason reason(Rule rule, boolean met, Outcome otherwise, String evidence) {
        return new Reason(rule, met ? Outcome.MET : otherwise, evidence);
    }

    private static Reason days(DomainHistory history) {
        long days = history.days().stream().filter(DomainHistory.Day::hasData).count();
        return reason(
                Rule.DAYS,
                days >= DAYS,
                Outcome.UNDECIDED,
                days + " of the last " + WINDOW + " days have data; " + DAYS + " are needed.");
    }

    private Reason reporters(String domain, ViewPeriod period) throws StoreFailure {
        long reporters = rows.number(
                "SELECT count(DISTINCT content) FROM report_source_fact WHERE domain = ? AND source = ''"
                        + " AND fact = 'reporter' AND messages > 0 AND day BETWEEN ? AND ? AND origin IN ("
                        + Origins.of(period) + ")",
                domain,
                period.first().toEpochDay(),
                period.last().toEpochDay());
        return reason(
                Rule.REPORTERS,
                reporters >= MIN_REPORTERS,
                Outcome.UNDECIDED,
                reporters + (reporters == 1 ? " reporter has" : " reporters have") + " seen mail; " + MIN_REPORTERS
                        + " are needed.");
    }

    private static Reason messages(DomainHistory.Day total) {
        return reason(
                Rule.MESSAGES,
                total.messages() >= MIN_MESSAGES,
                Outcome.UNDECIDED,
                CountText.of(total.messages(), "message") + (total.messages() == 1 ? " was" : " were") + " reported; "
                        + MIN_MESSAGES + " are needed.");
    }

    /** RFC 9989 §7.4: mail that passes by SPF alone fails where it is forwarded. */
    private static List<Reason> senders(String domain, Sources sources) {
        List<SourceSummary> senders = sources.sources().stream()
                .filter(source -> source.kind() == SourceKind.OURS || source.kind() == SourceKind.SENDER)
                .toList();
        List<Reason> reasons = new ArrayList<>();
        for (SourceSummary sender : senders) {
            if (!Advice.isEnough(sender.dkim())) {
                reasons.add(new Reason(
                        Rule.SENDER_DKIM,
                        Outcome.NOT_MET,
                        sender.name() + ": " + sender.dkim().textNextTo(Advice.ENOUGH) + " of "
                                + CountText.of(sender.messages(), "message") + " have a valid signature of " + domain
                                + " (SPF: "
                                + sender.spf().text() + "); 98 % are needed."));
            }
        }
        if (reasons.isEmpty()) {
            reasons.add(reason(
                    Rule.SENDER_DKIM,
                    !senders.isEmpty(),
                    Outcome.UNDECIDED,
                    switch (senders.size()) {
                        case 0 -> "No sender is known: no message passed.";
                        case 1 ->
                            senders.getFirst().name() + ", the only sender, signs at least 98 % of its mail as "
                                    + domain + ".";
                        default ->
                            "All " + senders.size() + " senders sign at least 98 % of their mail as " + domain + ".";
                    }));
        }
        return reasons;
    }

    private static Reason knownFailing(DomainHistory.Day total) {
        Share share = new Share(total.knownFailing(), total.messages());
        return reason(
                Rule.KNOWN_FAILING,
                share.isAtMost(MAX_KNOWN_FAILING),
                Outcome.NOT_MET,
                share.part() == 0
                        ? "No message of a known source failed."
                        : CountText.of(share.part(), "message") + " of known sources failed ("
                                + share.textNextTo(MAX_KNOWN_FAILING)
                                + "); at most 0.5 % may.");
    }

    private record NewSender(String name, long firstPass) {}

    private List<NewSender> newSenders(Sources sources, KnownSources known) {
        long since = new OverviewQuery(rows, reader).newSince();
        return sources.sources().stream()
                .map(SourceSummary::name)
                .filter(name -> known.isNew(name, since))
                .map(name -> new NewSender(name, known.firstPass(name)))
                .toList();
    }

    private Reason newSenders(String domain, List<NewSender> fresh) throws StoreFailure {
        OverviewQuery overview = new OverviewQuery(rows, reader);
        if (fresh.isEmpty()) {
            return new Reason(
                    Rule.NEW_SENDER, Outcome.MET, "No sender is new in the last " + OverviewQuery.NEW_DAYS + " days.");
        }
        if (!overview.reachesBack(domain, overview.newSince())) {
            return new Reason(
                    Rule.NEW_SENDER,
                    Outcome.UNDECIDED,
                    "The data are younger than " + OverviewQuery.NEW_DAYS + " days, so every sender is new.");
        }
        return new Reason(
                Rule.NEW_SENDER,
                Outcome.NOT_MET,
                "New in the last " + OverviewQuery.NEW_DAYS + " days: "
                        + String.join(", ", fresh.stream().map(NewSender::name).toList())
                        + ".");
    }

    /** The policy of each day that has a report, in the order of the days. */
    private Map<LocalDate, String> policies(String domain, ViewPeriod period) throws StoreFailure {
        Map<LocalDate, String> policies = new TreeMap<>();
        // The policy that most reports of a day show comes last.
        rows.each(
                "SELECT day, content, sum(messages) AS n FROM report_source_fact WHERE domain = ? AND source = ''"
                        + " AND fact = 'policy' AND day BETWEEN ? AND ? AND origin IN (" + Origins.of(period)
                        + ") GROUP BY day, content ORDER BY day, n, content",
                List.of(domain, period.first().toEpochDay(), period.last().toEpochDay()),
                row -> policies.put(LocalDate.ofEpochDay(row.getLong(1)), Rows.text(row, 2)));
        return policies;
    }

    private static Reason policy(Map<LocalDate, String> policies) {
        List<String> days = List.copyOf(policies.values());
        if (days.isEmpty() || days.getLast().isEmpty()) {
            return new Reason(Rule.POLICY, Outcome.UNDECIDED, "No report shows which policy is published.");
        }
        String now = days.getLast();
        if (step(now).equals("reject")) {
            return new Reason(Rule.POLICY, Outcome.MET, "Published already: " + now + ".");
        }
        LocalDate since = policies.entrySet().stream()
                .filter(entry -> !step(entry.getValue()).equals(step(now)))
                .map(Map.Entry::getKey)
                .reduce((earlier, later) -> later)
                .map(date -> date.plusDays(1))
                .orElse(policies.keySet().iterator().next());
        long sameDays = policies.entrySet().stream()
                .filter(entry -> !entry.getKey().isBefore(since))
                .count();
        boolean met = step(now).equals("quarantine") && sameDays >= DAYS;
        return reason(
                Rule.POLICY,
                met,
                Outcome.NOT_MET,
                "Published: " + now + ", the same step in the reports of " + sameDays
                        + (sameDays == 1 ? " day" : " days")
                        + (met ? "." : "; " + DAYS + " days of p=quarantine come first."));
    }

    /** The policy that receivers apply: {@code t=y} lowers it by one step (RFC 9989 §4.7). */
    static String step(String policy) {
        String word = "none";
        boolean testing = false;
        for (String tag : List.of(policy.split("; ", -1))) {
            if (tag.startsWith("p=")) {
                word = tag.substring(2);
            }
            testing |= tag.equals("t=y");
        }
        if (!testing) {
            return word;
        }
        return word.equals("reject") ? "quarantine" : "none";
    }

    private static Answer answer(List<Reason> reasons) {
        if (reasons.stream().anyMatch(reason -> reason.outcome() == Outcome.NOT_MET)) {
            return Answer.NOT_YET;
        }
        return reasons.stream().anyMatch(reason -> reason.outcome() == Outcome.UNDECIDED)
                ? Answer.CANNOT_TELL
                : Answer.YES;
    }

    private static List<Readiness.RefusedSource> refused(Sources sources) {
        return sources.sources().stream()
                .filter(source -> source.passing().rest() > 0)
                .map(source -> new Readiness.RefusedSource(
                        source.name(), source.kind(), source.passing().rest()))
                .sorted(Comparator.comparingLong(Readiness.RefusedSource::messages)
                        .reversed()
                        .thenComparing(Readiness.RefusedSource::name))
                .limit(MAX_REFUSED)
                .toList();
    }

    private static String next(Answer answer, String policy, List<Reason> reasons, List<NewSender> fresh) {
        return switch (answer) {
            case YES -> step(policy).equals("reject") ? "Keep it: nothing is in the way." : "Publish p=reject.";
            case CANNOT_TELL -> "Wait for more reports.";
            case NOT_YET -> {
                if (isUnmet(reasons, Rule.SENDER_DKIM)) {
                    yield "Let every sender sign its mail, and repair or stop what fails: each source says how.";
                }
                if (isUnmet(reasons, Rule.KNOWN_FAILING)) {
                    yield "Repair or stop the known sources whose mail fails: each source says how.";
                }
                if (isUnmet(reasons, Rule.NEW_SENDER)) {
                    yield "Make sure that you know the new senders, and ask again on " + settled(fresh) + ".";
                }
                if (reasons.stream().anyMatch(reason -> reason.outcome() == Outcome.UNDECIDED)) {
                    yield "Wait for more reports.";
                }
                yield step(policy).equals("none")
                        ? "Publish p=quarantine, and ask again after " + DAYS + " days."
                        : "Keep p=quarantine, and ask again later.";
            }
        };
    }

    private static boolean isUnmet(List<Reason> reasons, Rule rule) {
        return reasons.stream().anyMatch(reason -> reason.rule() == rule && reason.outcome() == Outcome.NOT_MET);
    }

    /** The first day on which no sender of these is new any more. */
    private static LocalDate settled(List<NewSender> fresh) {
        long last = fresh.stream().mapToLong(NewSender::firstPass).max().orElse(0);
        return LocalDate.ofEpochDay(last + OverviewQuery.NEW_DAYS);
    }
}
