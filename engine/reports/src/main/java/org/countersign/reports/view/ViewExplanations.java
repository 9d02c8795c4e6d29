package org.countersign.reports.view;

import java.util.List;
import java.util.function.Function;
import org.countersign.explain.Explanation;

/**
 * The views as trees for JSON. Names of members are stable. A share is written as its messages, never as a percentage, and
 * a date as {@code 2026-11-28}.
 */
public final class ViewExplanations {
    private ViewExplanations() {}

    /** The overview. */
    public static Explanation.Group of(Overview overview) {
        return period(overview.period())
                .put("unauthenticated-reports", new Explanation.Count(overview.unauthenticated()))
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
                .text("from", period.first())
                .text("to", period.last())
                .put("unauthenticated", new Explanation.Flag(period.unauthenticated()));
    }

    private static <T> Explanation items(List<T> values, Function<T, Explanation> each) {
        return new Explanation.Items(values.stream().map(each).toList());
    }
}
