package org.countersign.reports.document;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;

/**
 * A record of a report to be written: messages that are equal in all but their number (RFC 9990 §3.1.1.7 to §3.1.1.14).
 *
 * @param sourceIp the address of the client
 * @param count how many messages, at least 1
 * @param disposition the action
 * @param dkimAligned whether DKIM gave an aligned pass
 * @param spfAligned whether SPF gave an aligned pass
 * @param reasons why the action differs from the policy
 * @param headerFrom the Author Domain
 * @param envelopeFrom the domain of MAIL FROM; empty for the null reverse-path, and without a valid domain
 * @param envelopeTo the domain of the recipients; empty if it is not reported
 * @param dkim results for signatures; among equal ones the writer keeps the order
 * @param spf empty if SPF was not evaluated, such as for a MAIL FROM without a valid domain
 */
public record ReportRow(
        InetAddress sourceIp,
        long count,
        Disposition disposition,
        boolean dkimAligned,
        boolean spfAligned,
        List<OverrideReason> reasons,
        DomainName headerFrom,
        Optional<DomainName> envelopeFrom,
        Optional<DomainName> envelopeTo,
        List<DkimAuthResult> dkim,
        Optional<SpfAuthResult> spf) {

    /** @throws IllegalArgumentException for a count below 1 */
    public ReportRow {
        if (count < 1) {
            throw new IllegalArgumentException("a row counts at least one message, not " + count);
        }
        reasons = List.copyOf(reasons);
        dkim = List.copyOf(dkim);
    }
}
