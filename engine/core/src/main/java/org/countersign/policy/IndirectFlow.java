package org.countersign.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcSet;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * The forwarders, mailing lists and ARC sealers that the operator knows. Legitimate mail that they relay can fail DMARC,
 * because relaying breaks SPF and often DKIM (RFC 7960).
 *
 * @param sealers trusted ARC sealers, by the domain of the seal
 * @param networks of forwarders
 * @param mailFrom MAIL FROM domains of forwarders; an SPF pass is required
 * @param signers SDIDs of forwarders; a DKIM pass is required
 */
public record IndirectFlow(
        AddressPatterns sealers, List<IpNetwork> networks, AddressPatterns mailFrom, AddressPatterns signers) {
    /** No forwarder, mailing list or sealer is known. */
    public static final IndirectFlow NONE =
            new IndirectFlow(AddressPatterns.NONE, List.of(), AddressPatterns.NONE, AddressPatterns.NONE);

    public IndirectFlow {
        networks = List.copyOf(networks);
    }

    /** Whether no forwarder, mailing list or sealer is known. */
    public boolean isEmpty() {
        return sealers.isEmpty() && networks.isEmpty() && mailFrom.isEmpty() && signers.isEmpty();
    }

    /** The same, and a network of a forwarder in addition. */
    IndirectFlow withNetwork(IpNetwork network) {
        List<IpNetwork> more = new ArrayList<>(networks);
        more.add(network);
        return new IndirectFlow(sealers, more, mailFrom, signers);
    }

    /** The same, and a trusted sealer in addition. */
    IndirectFlow withSealer(DomainName sealer) {
        List<AddressPattern> more = new ArrayList<>(sealers.patterns());
        more.add(new AddressPattern.Domain(sealer));
        return new IndirectFlow(AddressPatterns.of(more), networks, mailFrom, signers);
    }

    /** The evidence that one of them relayed the message, as a sentence; empty if there is none. */
    public Optional<String> evidence(RuleContext facts) {
        return sealer(facts)
                .or(() -> network(facts))
                .or(() -> bounceDomain(facts))
                .or(() -> signer(facts));
    }

    private Optional<String> sealer(RuleContext facts) {
        if (sealers.isEmpty()) {
            return Optional.empty();
        }
        return facts.chain().stream()
                .flatMap(chain -> chain.trustedSets(sealers::matches).stream())
                .filter(set -> SealerPass.isIn(set.results(), facts))
                .map(ArcSet::sealer)
                .findFirst()
                .map(sealer -> "The trusted ARC sealer " + sealer + " recorded a pass.");
    }

    private Optional<String> network(RuleContext facts) {
        Optional<InetAddress> client = facts.connection().client();
        return client.filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                .map(address -> "The client " + IpNetwork.renderAddress(address) + " is a known forwarder.");
    }

    private Optional<String> bounceDomain(RuleContext facts) {
        return facts.spf()
                .authenticated()
                // With a null reverse-path SPF checks the HELO identity.
                .filter(domain -> facts.envelope().mailFrom() instanceof ReversePath.Address)
                .filter(mailFrom::matches)
                .map(domain -> known("MAIL FROM", domain));
    }

    private Optional<String> signer(RuleContext facts) {
        return facts.dkim().stream()
                .flatMap(signature -> signature.authenticated().stream())
                .filter(signers::matches)
                .findFirst()
                .map(domain -> known("DKIM signature", domain));
    }

    private static String known(String by, DomainName domain) {
        return "The message was relayed by the known forwarder " + domain + " (" + by + ").";
    }
}
