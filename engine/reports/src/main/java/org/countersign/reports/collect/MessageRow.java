package org.countersign.reports.collect;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcEvidence;
import org.countersign.dmarc.Mechanism;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Envelope;
import org.countersign.policy.MessageFacts;
import org.countersign.reports.document.OverrideReason;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * What a message adds to a report.
 *
 * @param published the policy that was used
 * @param method how it was found
 */
record MessageRow(PublishedPolicy published, DiscoveryMethod method, CollectedRow row) {
    /** What the columns of a policy depend on. */
    record PolicySource(DomainName domain, DiscoveryMethod method, Octets text) {
        /** The same with a text of its own, which is a part of an answer of the DNS. */
        PolicySource copied() {
            return new PolicySource(domain, method, Octets.wrap(text.toByteArray()));
        }
    }

    /**
     * Computes the row of a message. It depends on what {@link RowKey} depends on, and on nothing else.
     *
     * @param envelopeTo whether the domain of the recipients is kept
     */
    static MessageRow of(ReportedResult reported, boolean envelopeTo) {
        MessageFacts facts = reported.facts();
        DmarcEvidence evidence = reported.result().evidence();
        ReportedDisposition action = reported.action();
        String headerFrom = evidence.authorDomain().toString();
        CollectedRow row = new CollectedRow(
                IpNetwork.renderAddress(reported.client()),
                action.disposition(),
                aligned(evidence),
                reasons(action.reasons()),
                headerFrom,
                Optional.of(envelopeFrom(facts.envelope())).filter(domain -> !domain.equals(headerFrom)),
                envelopeTo ? envelopeTo(facts.envelope()) : "",
                AuthColumn.of(facts, evidence));
        return new MessageRow(reported.published(), evidence.discovery().method(), row);
    }

    /** The mechanisms that gave an aligned pass, as in {@link CollectedRow#aligned}. */
    static int aligned(DmarcEvidence evidence) {
        return (evidence.isAligned(Mechanism.DKIM) ? CollectedRow.DKIM_ALIGNED : 0)
                + (evidence.isAligned(Mechanism.SPF) ? CollectedRow.SPF_ALIGNED : 0);
    }

    /** What the columns of the policy depend on. */
    PolicySource source() {
        return new PolicySource(
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
        return envelope.mailFrom() instanceof ReversePath.Address address && !isLiteral(address)
                ? address.domain().map(DomainName::toString).orElse("")
                : "";
    }

    private static boolean isLiteral(ReversePath.Address address) {
        return address.domainText().startsWith("[");
    }

    /** The domain of all recipients; no text if there are several. */
    static String envelopeTo(Envelope envelope) {
        Set<String> domains = new HashSet<>();
        for (String recipient : envelope.recipients()) {
            domains.add(Ascii.lower(recipient.substring(recipient.lastIndexOf('@') + 1)));
        }
        return domains.size() == 1 && envelope.recipients().size() == envelope.recipientCount()
                ? DomainName.parse(domains.iterator().next())
                        .map(DomainName::toString)
                        .orElse("")
                : "";
    }
}
