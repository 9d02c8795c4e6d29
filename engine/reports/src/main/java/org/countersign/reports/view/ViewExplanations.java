package org.countersign.reports.view;

import java.util.List;
import java.util.function.Function;
import org.countersign.explain.Explanation;

/**
 * The views as trees for JSON. Names of members are stable. A share is written as its messages, never as a percentage, and
 * a date as {@code 2026-11-28}.
 */
public final class ViewExplanations {
    /** Changes when the meaning of a member changes. New members do not change it. */
    private static final int SCHEMA = 1;

    private ViewExplanations() {}

    /** The overview. */
    public static Explanation.Group of(Overview overview) {
        return period(overview.period())
                .put("unauthenticated-reports", new Explanation.Count(overview.unauthenticated()))
                .put("more-domains", new Explanation.Flag(overview.more()))
                .put("domains", items(overview.domains(), domain -> {
                    Explanation.Group group = new Explanation.Group()
                            .text("domain", domain.domain())
                            .put(
                                    "messages",
                                    new Explanation.Count(domain.passing().whole()))
                            .put(
                                    "passing",
                                    new Explanation.Count(domain.passing().part()))
                            .put("failing", new Explanation.Count(domain.failing()))
                            .put("new-sources", new Explanation.Count(domain.newSources()))
                            .text("policy", domain.policy())
                            .put("days-with-data", new Explanation.Count(domain.daysWithData()));
                    domain.lastDay().ifPresent(day -> group.text("last-day", day));
                    return group;
                }));
    }

    /** A domain over time. */
    public static Explanation.Group of(DomainHistory history) {
        return period(history.period())
                .text("domain", history.domain())
                .put(
                        "days",
                        items(
                                history.days(),
                                day -> new Explanation.Group()
                                        .text("date", day.date())
                                        .put("has-data", new Explanation.Flag(day.hasData()))
                                        .put("passing", new Explanation.Count(day.passing()))
                                        .put("forwarded", new Explanation.Count(day.forwarded()))
                                        .put("known-failing", new Explanation.Count(day.knownFailing()))
                                        .put("unknown", new Explanation.Count(day.unknown()))));
    }

    /** The sources of a domain. */
    public static Explanation.Group of(Sources sources) {
        return period(sources.period())
                .text("domain", sources.domain())
                .put("sources", items(sources.sources(), ViewExplanations::source))
                .put("more-sources", new Explanation.Count(sources.more()))
                .put("more-messages", new Explanation.Count(sources.moreMessages()));
    }

    /** One source. */
    public static Explanation.Group of(Source source) {
        return period(source.period())
                .text("domain", source.domain())
                .put("source", source(source.summary()))
                .put("addresses", values(source.addresses()))
                .put("author-domains", values(source.authors()))
                .put("envelope-domains", values(source.envelopes()))
                .put("signatures", values(source.signatures()))
                .put("spf", values(source.spf()))
                .put("reporters", values(source.reporters()))
                .put("reasons", values(source.reasons()))
                .text("advice", source.advice())
                .put("named", new Explanation.Flag(source.naming().named()))
                .put("declared-sender", new Explanation.Flag(source.naming().sends()));
    }

    private static Explanation values(List<Source.Value> values) {
        return items(
                values,
                value -> new Explanation.Group()
                        .text("value", value.text())
                        .put("messages", new Explanation.Count(value.messages()))
                        .put("passing", new Explanation.Count(value.passing().part())));
    }

    /** Whether a domain is ready for {@code p=reject}. */
    public static Explanation.Group of(Readiness ready) {
        return period(ready.period())
                .text("domain", ready.domain())
                .text("policy", ready.policy())
                .word("ready", ready.answer())
                .put(
                        "reasons",
                        items(
                                ready.reasons(),
                                reason -> new Explanation.Group()
                                        .text("rule", reason.rule().keyword())
                                        .word("outcome", reason.outcome())
                                        .text("evidence", reason.evidence())))
                .put("messages", new Explanation.Count(ready.wouldRefuse().whole()))
                .put("would-refuse", new Explanation.Count(ready.wouldRefuse().part()))
                .put(
                        "would-refuse-by-source",
                        items(
                                ready.refused(),
                                source -> new Explanation.Group()
                                        .text("name", source.name())
                                        .text("kind", source.kind().keyword())
                                        .put("messages", new Explanation.Count(source.messages()))))
                .text("next", ready.next());
    }

    /** The selectors of a domain. */
    public static Explanation.Group of(Selectors selectors) {
        return period(selectors.period())
                .text("domain", selectors.domain())
                .put("selectors", items(selectors.selectors(), selector -> {
                    Explanation.Group group = new Explanation.Group()
                            .text("signing-domain", selector.signer())
                            .text("selector", selector.selector())
                            .put(
                                    "messages",
                                    new Explanation.Count(selector.valid().whole()))
                            .put("valid", new Explanation.Count(selector.valid().part()))
                            .put("configured", new Explanation.Flag(selector.configured()))
                            .text("key", selector.key())
                            .text("state", selector.state().keyword())
                            .text("advice", selector.advice());
                    selector.lastSeen().ifPresent(day -> group.text("last-seen", day));
                    return group;
                }));
    }

    /** Our reports about other domains. */
    public static Explanation.Group of(OtherDomains others) {
        return period(others.period())
                .put(
                        "domains",
                        items(
                                others.domains(),
                                domain -> new Explanation.Group()
                                        .text("domain", domain.domain())
                                        .put("messages", new Explanation.Count(domain.messages()))
                                        .put("reports", new Explanation.Count(domain.reports()))
                                        .put("sent", new Explanation.Count(domain.sent()))
                                        .put("waiting", new Explanation.Count(domain.waiting()))
                                        .put("failed", new Explanation.Count(domain.failed()))
                                        .put("suppressed", new Explanation.Count(domain.suppressed()))
                                        .text("why", domain.why())))
                .put("more-domains", new Explanation.Count(others.more()))
                .put(
                        "suppressions",
                        items(
                                others.suppressions(),
                                address -> new Explanation.Group()
                                        .text("address", address.address())
                                        .text("until", address.until())
                                        .put("times", new Explanation.Count(address.times()))
                                        .text("why", address.why())));
    }

    /** What came in. */
    public static Explanation.Group of(ReceivedReports received) {
        return period(received.period())
                .put(
                        "reporters",
                        items(
                                received.reporters(),
                                reporter -> new Explanation.Group()
                                        .text("reporter", reporter.name())
                                        .text("auth", reporter.auth())
                                        .put("reports", new Explanation.Count(reporter.reports()))
                                        .put("messages", new Explanation.Count(reporter.messages()))
                                        .put("domains", new Explanation.Count(reporter.domains()))
                                        .text("last", reporter.last())
                                        .put(
                                                "remarks",
                                                items(
                                                        reporter.remarks(),
                                                        remark -> new Explanation.Group()
                                                                .text("text", remark.text())
                                                                .put(
                                                                        "reports",
                                                                        new Explanation.Count(remark.reports()))))))
                .put(
                        "latest",
                        items(
                                received.latest(),
                                report -> new Explanation.Group()
                                        .text("received", report.gotAt())
                                        .text("reporter", report.reporter())
                                        .text("organization", report.organization())
                                        .text("domain", report.domain())
                                        .text("report-id", report.reportId())
                                        .text("begin", report.begin())
                                        .text("end", report.end())
                                        .text("auth", report.auth())
                                        .text("schema", report.schema())
                                        .put("rows", new Explanation.Count(report.rows()))
                                        .put("messages", new Explanation.Count(report.messages()))
                                        .text("remarks", report.remarks())))
                .put("failure-reports", new Explanation.Count(received.failures()));
    }

    /** What was refused. */
    public static Explanation.Group of(RefusedReports refused) {
        return period(refused.period())
                .put(
                        "refused",
                        items(
                                refused.refused(),
                                report -> new Explanation.Group()
                                        .text("at", report.at())
                                        .text("sender", report.sender())
                                        .text("name", report.name())
                                        .text("why", report.why())
                                        .put("octets", new Explanation.Count(report.octets()))
                                        .put("times", new Explanation.Count(report.times()))))
                .put("total", new Explanation.Count(refused.total()));
    }

    /** A week. */
    public static Explanation.Group of(Digest digest) {
        return period(digest.overview().period())
                .put("reports", new Explanation.Count(digest.reports()))
                .put("refused", new Explanation.Count(digest.refused()))
                .put(
                        "domains",
                        items(
                                digest.domains(),
                                domain -> new Explanation.Group()
                                        .text("domain", domain.domain())
                                        .put(
                                                "messages",
                                                new Explanation.Count(
                                                        domain.passing().whole()))
                                        .put(
                                                "passing",
                                                new Explanation.Count(
                                                        domain.passing().part()))
                                        .put(
                                                "messages-before",
                                                new Explanation.Count(
                                                        domain.before().whole()))
                                        .put(
                                                "passing-before",
                                                new Explanation.Count(
                                                        domain.before().part()))
                                        .put("unknown", new Explanation.Count(domain.unknown()))
                                        .put(
                                                "new-sources",
                                                new Explanation.Count(
                                                        domain.newSenders().size()))
                                        .put(
                                                "new-senders",
                                                new Explanation.Items(domain.newSenders().stream()
                                                        .<Explanation>map(Explanation.Text::new)
                                                        .toList()))
                                        .put("failing", items(domain.failing(), ViewExplanations::source))
                                        .word("ready", domain.ready().answer())));
    }

    private static Explanation.Group source(Sources.SourceSummary source) {
        return new Explanation.Group()
                .text("name", source.name())
                .text("kind", source.kind().keyword())
                .put("messages", new Explanation.Count(source.messages()))
                .put("passing", new Explanation.Count(source.passing().part()))
                .put("dkim-aligned", new Explanation.Count(source.dkim().part()))
                .put("spf-aligned", new Explanation.Count(source.spf().part()))
                .put("refused", new Explanation.Count(source.refused()))
                .text("first-seen", source.firstSeen())
                .text("last-seen", source.lastSeen())
                .text("advice", source.advice());
    }

    private static Explanation.Group period(ViewPeriod period) {
        return new Explanation.Group()
                .put("schema", new Explanation.Count(SCHEMA))
                .text("from", period.first())
                .text("to", period.last())
                .put("unauthenticated", new Explanation.Flag(period.unauthenticated()));
    }

    private static <T> Explanation items(List<T> values, Function<T, Explanation> each) {
        return new Explanation.Items(values.stream().map(each).toList());
    }
}
