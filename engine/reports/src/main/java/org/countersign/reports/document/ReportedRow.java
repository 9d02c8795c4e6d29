package org.countersign.reports.document;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A record of a report, as it was read. The domains are in lower case, and may be text that is no domain.
 *
 * @param number its position among the records of the document, from 1
 * @param sourceIp an IPv4-mapped address is IPv4
 * @param count at least 1
 * @param disposition {@code none} if the report has no word or another one
 * @param dkimAligned whether DKIM gave an aligned pass
 * @param spfAligned whether SPF gave an aligned pass
 * @param headerFrom the Author Domain; the policy domain if the report lacks it
 * @param envelopeFrom empty if the report lacks it; an empty text is the null reverse-path
 * @param envelopeTo empty text if the report lacks it
 * @param results those of DKIM, then those of SPF, in the order of the document
 */
public record ReportedRow(
        int number,
        InetAddress sourceIp,
        long count,
        Disposition disposition,
        boolean dkimAligned,
        boolean spfAligned,
        List<ReportedReason> reasons,
        String headerFrom,
        Optional<String> envelopeFrom,
        String envelopeTo,
        List<ReportedResult> results) {

    public ReportedRow {
        reasons = List.copyOf(reasons);
        results = List.copyOf(results);
    }
}
