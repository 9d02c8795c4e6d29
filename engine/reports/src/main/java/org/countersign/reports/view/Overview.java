package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Our own domains at a glance.
 *
 * @param domains the domains of the policy file and those that reports came in for, in the order of their names, at most
 *     {@link #MAX_DOMAINS}
 * @param more whether there are more domains
 * @param unauthenticated how many reports of the period came in whose sender is not authenticated
 */
public record Overview(ViewPeriod period, List<DomainSummary> domains, boolean more, long unauthenticated) {
    /** The most domains that are listed. */
    public static final int MAX_DOMAINS = 500;

    public Overview {
        domains = List.copyOf(domains);
    }

    /** Whether there is anything to show. */
    public boolean isEmpty() {
        return domains.stream().allMatch(domain -> domain.passing().whole() == 0);
    }

    /**
     * One of our own domains.
     *
     * @param domain a stranger may have chosen it, if it is below another own domain
     * @param passing the messages that passed DMARC, of all
     * @param failing messages that failed and were not forwarded
     * @param newSources senders whose first aligned pass was in the last 14 days, if the data reach back further
     * @param policy the policy that the last report shows as published, such as {@code p=reject}; empty without one
     * @param daysWithData how many days of the period have data
     * @param lastDay the last day with data in the period
     */
    public record DomainSummary(
            String domain,
            Share passing,
            long failing,
            int newSources,
            String policy,
            int daysWithData,
            Optional<LocalDate> lastDay) {}
}
