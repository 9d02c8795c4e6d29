package org.countersign.cases;

import java.util.List;
import org.countersign.syntax.Octets;

/**
 * A message with its envelope, its DNS answers and the rules that decided about it.
 *
 * @param message the octets of the message
 * @param envelope the SMTP transaction, as options of {@code check}, one a line
 * @param snapshot the DNS answers, as {@link org.countersign.dns.replay.DnsSnapshot} writes them
 * @param policy the policy file, without its secrets
 * @param signing which key signs which mail, with public keys only, as {@link org.countersign.service.SigningExcerpt}
 *     writes it; empty for a message that is not outbound
 * @param version of the program that made the case
 * @param verdict the result as JSON
 */
public record SupportCase(
        Octets message,
        List<String> envelope,
        String snapshot,
        String policy,
        String signing,
        String version,
        Octets verdict) {
    public SupportCase {
        envelope = List.copyOf(envelope);
    }
}
