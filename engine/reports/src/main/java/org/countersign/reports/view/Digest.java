package org.countersign.reports.view;

import java.util.List;

/**
 * A week at a glance, for a mail.
 *
 * @param overview of the period
 * @param domains the domains that have data in the period
 * @param reports reports that came in from authenticated senders
 * @param refused what was refused
 */
public record Digest(Overview overview, List<DomainDigest> domains, long reports, long refused) {
    public Digest {
        domains = List.copyOf(domains);
    }

    /**
     * One of our own domains.
     *
     * @param passing the messages that passed
     * @param before the same in the equally long period before
     * @param failing the known sources with the most failing messages, at most five
     * @param unknown messages of unknown sources that failed
     * @param newSenders names of senders in the period whose first aligned pass was in the last 14 days; empty if the data
     *     reach back no further
     * @param ready whether it is ready for {@code p=reject}
     */
    public record DomainDigest(
            String domain,
            Share passing,
            Share before,
            List<Sources.SourceSummary> failing,
            long unknown,
            List<String> newSenders,
            Readiness ready) {
        public DomainDigest {
            failing = List.copyOf(failing);
            newSenders = List.copyOf(newSenders);
        }
    }
}
