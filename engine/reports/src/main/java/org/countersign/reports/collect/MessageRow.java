package org.countersign.reports.collect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Envelope;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.reports.document.OverrideReason;
import org.countersign.syntax.Ascii;

/**
 * What a message adds to a report.
 *
 * @param published the policy that was used
 * @param method how it was found
 * @param triggers whether the message is a reason to send a report
 */
record MessageRow(PublishedPolicy published, DiscoveryMethod method, CollectedRow row, boolean triggers) {
    /**
     * Computes the row of a message. Empty if there is nothing to report about: no single author, no record, no known
     * client, or a temporary failure, after which the client sends the message again.
     *
     * @param envelopeTo whether the domain of the recipients is kept
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     */
    static Optional<MessageRow> of(ReportedMessage message, boolean envelopeTo, Set<String> reportAddresses) {
        MessageFacts facts = message.facts();
        if (message.decision().verdict() instanceof Verdict.TempFail) {
            return Optional.empty();
        }
        Optional<String> client = facts.connection()
                .client()
                .filter(address -> !address.isAnyLocalAddress())
                .map(IpNetwork::renderAddress);
        return client.flatMap(address -> facts.dmarc()
                .filter(result -> !(result instanceof DmarcResult.None))
                .flatMap(result -> result.evidence()
                        .published()
                        .map(published -> of(message, result, published, address, envelopeTo, reportAddresses))));
    }

    private static MessageRow of(
            ReportedMessage message,
            DmarcResult result,
            PublishedPolicy published,
            String client,
            boolean envelopeTo,
            Set<String> reportAddresses) {
        MessageFacts facts = message.facts();
        DmarcEvidence evidence = result.evidence();
        ReportedDisposition action = ReportedDisposition.of(result, published, message.decision(), client);
        String headerFrom = evidence.authorDomain().toString();
        CollectedRow row = new CollectedRow(
                client,
                action.disposition(),
                (evidence.isAligned(Mechanism.DKIM) ? CollectedRow.DKIM_ALIGNED : 0)
                        + (evidence.isAligned(Mechanism.SPF) ? CollectedRow.SPF_ALIGNED : 0),
                reasons(action.reasons()),
                headerFrom,
                Optional.of(envelopeFrom(facts.envelope())).filter(domain -> !domain.equals(headerFrom)),
                envelopeTo ? envelopeTo(facts.envelope()) : "",
                AuthColumn.of(facts, evidence));
        return new MessageRow(
                published, evidence.discovery().method(), row, triggers(facts, published, reportAddresses));
    }

    /** What the columns of the policy depend on. */
    RowKey.PolicySource source() {
        return new RowKey.PolicySource(
                published.policyDomain(), method, published.record().text());
    }

    private static String reasons(List<OverrideReason> reasons) {
        if (reasons.isEmpty()) {
            return "";
        }
        StringJoiner lines = new StringJoiner("\n");
        for (OverrideReason reason : reasons) {
            lines.add(
                    reason.comment().isEmpty()
                            ? reason.type().keyword()
                            : reason.type().keyword() + " " + reason.comment());
        }
        return lines.toString();
    }

    /** The domain of MAIL FROM; no text for the null reverse-path, and without a valid domain. */
    private static String envelopeFrom(Envelope envelope) {
        return envelope.mailFrom() instanceof ReversePath.Address address
                ? address.domain().map(DomainName::toString).orElse("")
                : "";
    }

    /** The domain of all recipients; no text if there are several. */
    private static String envelopeTo(Envelope envelope) {
        Set<String> domains = envelope.recipients().stream()
                .map(recipient -> recipient.substring(recipient.lastIndexOf('@') + 1))
                .map(Ascii::lower)
                .collect(Collectors.toSet());
        return domains.size() == 1 && envelope.recipients().size() == envelope.recipientCount()
                ? DomainName.parse(domains.iterator().next())
                        .map(DomainName::toString)
                        .orElse("")
                : "";
    }

    /** Whether a report may be sent because of this message. A report about reports would never end. */
    private static boolean triggers(MessageFacts facts, PublishedPolicy published, Set<String> reportAddresses) {
        return !published.record().aggregateReports().isEmpty()
                && !facts.report()
                && facts.envelope().mailFrom() instanceof ReversePath.Address
                && (reportAddresses.isEmpty()
                        || facts.envelope().recipients().stream()
                                .noneMatch(recipient -> reportAddresses.contains(Ascii.lower(recipient))));
    }
}
