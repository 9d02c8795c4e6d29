package org.countersign.reports.view;

import java.util.List;

/**
 * One source of a domain's mail in detail. All lists begin with the most messages, and have at most {@link #MAX_VALUES}
 * values. Strangers have chosen most of them.
 *
 * @param summary as in the list of sources
 * @param addresses of clients
 * @param authors Author Domains
 * @param envelopes domains of MAIL FROM; {@code <>} for the null reverse-path
 * @param signatures signing domain and selector, separated by a space; what passed is the valid signatures
 * @param spf domain and result, separated by a space
 * @param reporters who has seen the mail; {@code this system} for what came in here
 * @param reasons why receivers did not do what the policy says: the type and a comment
 * @param advice what to do, in one sentence
 * @param naming what a person said about it
 */
public record Source(
        String domain,
        ViewPeriod period,
        Sources.SourceSummary summary,
        List<Value> addresses,
        List<Value> authors,
        List<Value> envelopes,
        List<Value> signatures,
        List<Value> spf,
        List<Value> reporters,
        List<Value> reasons,
        String advice,
        Naming naming) {
    /**
     * What a person said about a source.
     *
     * @param named whether the name of the source is from a person
     * @param sends whether it sends for the domain, as the person said
     */
    public record Naming(boolean named, boolean sends) {}

    /** The most values of one list. */
    public static final int MAX_VALUES = 50;

    public Source {
        addresses = List.copyOf(addresses);
        authors = List.copyOf(authors);
        envelopes = List.copyOf(envelopes);
        signatures = List.copyOf(signatures);
        spf = List.copyOf(spf);
        reporters = List.copyOf(reporters);
        reasons = List.copyOf(reasons);
    }

    /**
     * A value, and the messages that have it.
     *
     * @param passing those that passed DMARC, of all
     */
    public record Value(String text, Share passing) {
        /** All messages. */
        public long messages() {
            return passing.whole();
        }
    }
}
