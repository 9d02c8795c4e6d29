package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.List;

/**
 * The sources of a domain's mail, those with the most messages first.
 *
 * @param sources at most {@link #MAX_SOURCES}
 * @param more how many sources were left out
 * @param moreMessages the messages of these
 */
public record Sources(String domain, ViewPeriod period, List<SourceSummary> sources, long more, long moreMessages) {
    /** The most sources that are listed. */
    public static final int MAX_SOURCES = 200;

    public Sources {
        sources = List.copyOf(sources);
    }

    /**
     * A source.
     *
     * @param name its name for people: of a mail service if the table of suffixes has it, else an organizational domain or a
     *     network. A name of the table is a hint and no proof. A stranger may have chosen the name.
     * @param messages its messages in the period
     * @param passing those that passed DMARC
     * @param dkim those with an aligned DKIM pass
     * @param spf those with an aligned SPF pass
     * @param refused those that were rejected or quarantined
     * @param firstSeen the first day in all days of the store
     * @param lastSeen the last day in all days of the store
     * @param advice what to do, in one sentence; empty if there is nothing to do
     */
    public record SourceSummary(
            String name,
            SourceKind kind,
            long messages,
            Share passing,
            Share dkim,
            Share spf,
            long refused,
            LocalDate firstSeen,
            LocalDate lastSeen,
            String advice) {}
}
