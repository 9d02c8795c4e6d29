package org.countersign.reports.failure;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;

/**
 * A failure report as it was read. All its text is of strangers, without control characters.
 *
 * @param domain the domain that it is about; that of the author of the message if the report names none
 * @param authFailure the word in lower case: {@code dmarc}, {@code spf}, {@code signature}, {@code bodyhash}, {@code revoked},
 *     {@code adsp} or another one; empty if missing
 * @param notAligned the mechanisms that gave no aligned identity
 * @param sourceIp the client
 * @param originalMailFrom the reverse-path without angle brackets; may be redacted or empty
 * @param deliveryResult empty if missing or another word
 * @param incidents how many messages it is about, at least 1
 * @param spfRecords the values of {@code SPF-DNS}, without comments
 * @param fields those of the report as {@code Name: value}, one a line, at most 16,384 characters
 * @param header those of the message in the same form
 */
public record ReceivedFailureReport(
        DomainName domain,
        String authFailure,
        Set<Mechanism> notAligned,
        Optional<InetAddress> sourceIp,
        String originalMailFrom,
        Optional<DeliveryResult> deliveryResult,
        long incidents,
        List<String> spfRecords,
        String fields,
        String header) {

    public ReceivedFailureReport {
        notAligned = Set.copyOf(notAligned);
        spfRecords = List.copyOf(spfRecords);
    }
}
