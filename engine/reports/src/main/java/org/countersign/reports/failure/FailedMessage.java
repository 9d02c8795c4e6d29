package org.countersign.reports.failure;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.MessageOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimSignature;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.SpfResult;
import org.countersign.syntax.Octets;

/**
 * A message from outside that is a reason for a failure report. It refers to what the engine has computed; the report is made of
 * it on another thread.
 *
 * @param arrival when it was decided on
 * @param authservId the id of the system that judged it
 * @param fields fields of its header section, topmost first
 */
public record FailedMessage(
        Instant arrival, String authservId, MessageFacts facts, Decision decision, List<HeaderField> fields) {
    /** The fields that a report may show, in the spelling of RFC 5322. */
    public static final List<String> SHOWN_FIELDS = RedactedHeader.SHOWN;

    private static final int MAX_IDENTITY = 500;
    private static final int MAX_FIELD = 2_500;
    // By the limits of SPF there are at most eleven.
    private static final int MAX_SPF_RECORD = 512;
    private static final int OCTETS_OF_A_FIELD = 100;
    private static final int MAX_HEADER = 12 * 1024;
    private static final int OCTETS = 6 * 1024;
    private static final int OCTETS_OF_A_SIGNATURE = 2 * 1024;

    public FailedMessage {
        fields = List.copyOf(fields);
    }

    /**
     * Decides whether a message is a reason for a report.
     *
     * @param domains the policy domains that reports are made for, each by its own name
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     * @param fields those of {@link #SHOWN_FIELDS} that the message has, topmost first
     * @return empty if it is none, or its client will send it again
     */
    public static Optional<FailedMessage> of(
            MessageOutcome.Judged outcome,
            Set<DomainName> domains,
            Collection<String> reportAddresses,
            Instant arrival,
            String authservId,
            List<HeaderField> fields) {
        MessageFacts facts = outcome.facts();
        // Most messages are about other domains.
        boolean named = facts.dmarc()
                .flatMap(result -> result.evidence().published())
                .filter(published -> domains.contains(published.policyDomain()))
                .isPresent();
        if (!named
                || outcome.decision().verdict() instanceof Verdict.TempFail
                || facts.connection().client().isEmpty()) {
            return Optional.empty();
        }
        return FailureOccasion.of(facts, reportAddresses)
                .filter(occasion -> occasion.isReason(domains))
                .map(reason -> new FailedMessage(arrival, authservId, facts, outcome.decision(), fields));
    }

    /** About how many octets of memory the message keeps while it waits. */
    public int octets() {
        int octets = OCTETS + OCTETS_OF_A_SIGNATURE * facts.signatures().size();
        for (HeaderField field : fields) {
            octets += field.size();
        }
        return octets;
    }

    /** The report about this message alone. */
    public FailureReport report() {
        DmarcResult result = facts.dmarc().orElseThrow();
        DmarcEvidence evidence = result.evidence();
        PublishedPolicy published = evidence.published().orElseThrow();
        Set<Mechanism> notAligned = EnumSet.noneOf(Mechanism.class);
        for (Mechanism mechanism : Mechanism.values()) {
            if (!evidence.isAligned(mechanism)) {
                notAligned.add(mechanism);
            }
        }
        InetAddress client = facts.connection().client().orElseThrow();
        return new FailureReport(
                published.policyDomain(),
                evidence.authorDomain(),
                authservId,
                result instanceof DmarcResult.Pass,
                notAligned,
                failedSignature(evidence, published),
                failedSpf(evidence, published),
                facts.envelope().mailFrom() instanceof ReversePath.Address(String localPart, String domain)
                        ? localPart + "@" + domain
                        : "",
                client,
                deliveryResult(decision.verdict()),
                arrival,
                1,
                shown());
    }

    /** The fields that a report has room for: a thousand reports may wait for 15 minutes, and the heap may be small. */
    private List<FailureReport.Field> shown() {
        List<FailureReport.Field> shown = new ArrayList<>();
        boolean received = false;
        int octets = 0;
        for (HeaderField field : fields) {
            boolean trace = field.name().equalsIgnoreCase("Received");
            // A report has the topmost one alone.
            if (trace && received) {
                continue;
            }
            received |= trace;
            Octets value = field.value().slice(0, Math.min(field.value().length(), MAX_FIELD));
            int more = value.length() + OCTETS_OF_A_FIELD;
            if (octets + more <= MAX_HEADER) {
                octets += more;
                shown.add(new FailureReport.Field(field.name(), value.latin1()));
            }
        }
        return shown;
    }

    /** RFC 9991 §4 asks for a failed signature whose domain would have been aligned. */
    private Optional<FailureReport.FailedSignature> failedSignature(DmarcEvidence evidence, PublishedPolicy published) {
        for (DkimResult result : facts.signatures()) {
            DkimSignature signature = result.signature();
            Optional<DomainName> signer = signature.sdid();
            if (!(result instanceof DkimResult.Pass)
                    && signer.isPresent()
                    && isAligned(signer.get(), Mechanism.DKIM, evidence, published)) {
                return Optional.of(new FailureReport.FailedSignature(
                        signer.get(),
                        signature.selector(),
                        signature
                                .auid()
                                .filter(identity -> identity.length() <= MAX_IDENTITY)
                                .orElse("@" + signer.get())));
            }
        }
        return Optional.empty();
    }

    /** RFC 9991 §4 asks for the records of a failed check whose domain would have been aligned. */
    private List<FailureReport.UsedRecord> failedSpf(DmarcEvidence evidence, PublishedPolicy published) {
        SpfResult spf = facts.spf();
        boolean shown = !evidence.isAligned(Mechanism.SPF)
                && FailureOccasion.isFailed(spf)
                && spf.domain()
                        .filter(domain -> isAligned(domain, Mechanism.SPF, evidence, published))
                        .isPresent();
        return shown
                ? spf.evidence().chain().stream()
                        .map(step -> new FailureReport.UsedRecord(step.domain(), cut(step.record())))
                        .toList()
                : List.of();
    }

    private static String cut(String record) {
        return record.length() <= MAX_SPF_RECORD ? record : record.substring(0, MAX_SPF_RECORD);
    }

    /**
     * Whether an identifier would have been aligned. Its own tree walk was not made, so that an organization of its own below that of
     * the author counts as aligned.
     */
    private static boolean isAligned(
            DomainName domain, Mechanism mechanism, DmarcEvidence evidence, PublishedPolicy published) {
        return domain.equals(evidence.authorDomain())
                || (published.record().alignment(mechanism) == AlignmentMode.RELAXED
                        && evidence.discovery()
                                .organizationalDomain()
                                .filter(domain::isWithin)
                                .isPresent());
    }

    // RFC 6591 §3.2.2
    private static DeliveryResult deliveryResult(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> DeliveryResult.DELIVERED;
            case Verdict.Tag tag -> DeliveryResult.DELIVERED;
            // It was kept from its mailbox because of the failure.
            case Verdict.Quarantine quarantine -> DeliveryResult.POLICY;
            case Verdict.Discard discard -> DeliveryResult.POLICY;
            case Verdict.Reject reject -> DeliveryResult.REJECT;
            case Verdict.TempFail tempFail -> DeliveryResult.OTHER;
        };
    }
}
