package org.countersign.reports.collect;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.domain.ReversePath;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;

/**
 * A message that a report tells of, and its DMARC result.
 *
 * @param client the address of the client
 * @param published the policy that was used
 */
record ReportedResult(ReportedMessage message, InetAddress client, DmarcResult result, PublishedPolicy published) {
    /**
     * Empty if there is nothing to report about: no single author, no record, no known client, or a temporary failure, after
     * which the client sends the message again.
     */
    static Optional<ReportedResult> of(ReportedMessage message) {
        MessageFacts facts = message.facts();
        Optional<InetAddress> client = facts.connection().client();
        Optional<DmarcResult> result = facts.dmarc();
        if (message.decision().verdict() instanceof Verdict.TempFail
                || client.isEmpty()
                || client.get().isAnyLocalAddress()
                || result.isEmpty()
                || result.get() instanceof DmarcResult.None) {
            return Optional.empty();
        }
        return result.get()
                .evidence()
                .published()
                .map(published -> new ReportedResult(message, client.get(), result.get(), published));
    }

    MessageFacts facts() {
        return message.facts();
    }

    /** What is done with the message, and why. */
    ReportedDisposition action() {
        return ReportedDisposition.of(result, published, message.decision(), client);
    }

    /**
     * Whether a report may be sent because of this message. A report about reports would never end.
     *
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     */
    boolean triggers(Set<String> reportAddresses) {
        return !published.record().aggregateReports().isEmpty()
                && !facts().report()
                && facts().envelope().mailFrom() instanceof ReversePath.Address
                && !facts().envelope().isToAny(reportAddresses);
    }
}
