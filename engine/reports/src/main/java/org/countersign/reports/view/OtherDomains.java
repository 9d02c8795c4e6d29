package org.countersign.reports.view;

import java.time.Instant;
import java.util.List;

/**
 * Reports that this system made about other domains, and what became of them.
 *
 * @param domains those with the most messages first, at most {@link #MAX_DOMAINS}
 * @param more how many domains were left out
 * @param suppressions addresses that get no reports for a while, those that wait longest first
 */
public record OtherDomains(ViewPeriod period, List<OtherDomain> domains, long more, List<Suppression> suppressions) {
    /** The most domains that are listed. */
    public static final int MAX_DOMAINS = 200;

    public OtherDomains {
        domains = List.copyOf(domains);
        suppressions = List.copyOf(suppressions);
    }

    /**
     * A domain that this system saw mail of.
     *
     * @param messages the messages that the reports are about
     * @param reports reports that were made
     * @param sent deliveries that our mail server took
     * @param waiting deliveries that are tried again
     * @param failed deliveries that failed or expired
     * @param suppressed deliveries to suppressed addresses
     * @param why why nothing was sent, or the last answer of a mail server; empty if all went well
     */
    public record OtherDomain(
            String domain,
            long messages,
            long reports,
            long sent,
            long waiting,
            long failed,
            long suppressed,
            String why) {}

    /** An address that gets no reports until an instant. */
    public record Suppression(String address, Instant until, long times, String why) {}
}
