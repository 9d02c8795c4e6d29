package org.countersign.reports.collect;

import org.countersign.syntax.Octets;

/**
 * A policy as it was used: a row of the table {@code report_policy}. All texts are those of the columns; a tag that the record
 * lacks is an empty text.
 *
 * @param domain that publishes it, in A-labels
 * @param method {@code treewalk}, {@code psl} or nothing
 * @param record the text of the record, cut
 * @param remarks what is wrong with the record, one a line
 */
public record CollectedPolicy(
        String domain,
        String method,
        String record,
        String p,
        String sp,
        String np,
        String adkim,
        String aspf,
        String fo,
        String testing,
        String remarks) {

    /** The key: the same for records that differ only in what a report does not say. */
    Octets id() {
        return new RowDigest()
                .add(domain)
                .add(method)
                .add(p)
                .add(sp)
                .add(np)
                .add(adkim)
                .add(aspf)
                .add(fo)
                .add(testing)
                .add(remarks)
                .key();
    }
}
