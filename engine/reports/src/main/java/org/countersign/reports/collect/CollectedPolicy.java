package org.countersign.reports.collect;

import java.util.List;
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
    /** How many columns there are. */
    static final int COLUMNS = 11;

    /** The columns in the order of the table. */
    List<String> columns() {
        return List.of(domain, method, record, p, sp, np, adkim, aspf, fo, testing, remarks);
    }

    /** A policy with these {@link #columns}. */
    static CollectedPolicy ofColumns(List<String> columns) {
        return new CollectedPolicy(
                columns.get(0),
                columns.get(1),
                columns.get(2),
                columns.get(3),
                columns.get(4),
                columns.get(5),
                columns.get(6),
                columns.get(7),
                columns.get(8),
                columns.get(9),
                columns.get(10));
    }

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
