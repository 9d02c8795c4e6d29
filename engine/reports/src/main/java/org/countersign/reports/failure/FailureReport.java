package org.countersign.reports.failure;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;

/**
 * A failure report to be written, about one message or several like it (RFC 9991 §4). Its text may be private or hostile: the
 * writer redacts it.
 *
 * @param policyDomain the domain whose record asks for reports
 * @param reportedDomain the Author Domain
 * @param authservId the id of the system that judged the message
 * @param passed whether DMARC passed, as it may where the record asks for reports about single mechanisms
 * @param notAligned the mechanisms that gave no aligned identity
 * @param signature the failed signature that would have been aligned; empty if there is none
 * @param spf the records that a failed check of SPF read, in this order, for a domain that would have been aligned; empty if
 *     there is no such check
 * @param mailFrom the reverse-path; empty for the null reverse-path
 * @param sourceIp the client
 * @param deliveryResult what became of the message
 * @param arrival when it came
 * @param incidents how many like messages the report is about, at least 1
 * @param header the fields of the message, topmost first
 */
public record FailureReport(
        DomainName policyDomain,
        DomainName reportedDomain,
        String authservId,
        boolean passed,
        Set<Mechanism> notAligned,
        Optional<FailedSignature> signature,
        List<UsedRecord> spf,
        String mailFrom,
        InetAddress sourceIp,
        DeliveryResult deliveryResult,
        Instant arrival,
        long incidents,
        List<Field> header) {

    public FailureReport {
        notAligned = Set.copyOf(notAligned);
        spf = List.copyOf(spf);
        header = List.copyOf(header);
        if (incidents < 1) {
            throw new IllegalArgumentException("a report is about at least one message, not " + incidents);
        }
    }

    FailureReport withIncidents(long number) {
        return new FailureReport(
                policyDomain,
                reportedDomain,
                authservId,
                passed,
                notAligned,
                signature,
                spf,
                mailFrom,
                sourceIp,
                deliveryResult,
                arrival,
                number,
                header);
    }

    /**
     * A signature that failed.
     *
     * @param identity the tag {@code i}
     */
    public record FailedSignature(DomainName domain, String selector, String identity) {}

    /**
     * An SPF record.
     *
     * @param domain that publishes it
     */
    record UsedRecord(DomainName domain, String text) {}

    /**
     * A field of the message.
     *
     * @param value unfolded or not
     */
    record Field(String name, String value) {}
}
