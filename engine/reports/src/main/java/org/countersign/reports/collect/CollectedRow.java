package org.countersign.reports.collect;

import java.util.Optional;
import org.countersign.reports.document.Disposition;
import org.countersign.syntax.Octets;

/**
 * What messages of a day and of a policy have in common: a row of the table {@code report_row} without its counts. All texts
 * are those of the columns.
 *
 * @param sourceIp the address of the client in canonical form (RFC 5952)
 * @param aligned the sum of {@link #DKIM_ALIGNED} and {@link #SPF_ALIGNED}
 * @param reasons one a line, {@code TYPE} or {@code TYPE COMMENT}
 * @param headerFrom the Author Domain, in A-labels
 * @param envelopeFrom the domain of MAIL FROM, no text for the null reverse-path; empty if it is the Author Domain
 * @param envelopeTo the domain of the recipients; no text unless it is kept
 * @param auth one result a line in the order of the report, {@code dkim RESULT DOMAIN SELECTOR} or {@code spf RESULT DOMAIN}
 */
public record CollectedRow(
        String sourceIp,
        Disposition disposition,
        int aligned,
        String reasons,
        String headerFrom,
        Optional<String> envelopeFrom,
        String envelopeTo,
        String auth) {
    /** DKIM gave an aligned pass. */
    public static final int DKIM_ALIGNED = 1;
    /** SPF gave an aligned pass. */
    public static final int SPF_ALIGNED = 2;

    /** The key within its day and its policy. */
    Octets key() {
        return new RowDigest()
                .add(sourceIp)
                .add(disposition.number())
                .add(aligned)
                .add(reasons)
                .add(headerFrom)
                .add(envelopeFrom.orElse(headerFrom))
                .add(envelopeTo)
                .add(auth)
                .key();
    }
}
