package org.countersign.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcSet;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * The forwarders, lists and sealers that an operator knows. Mail that comes through one of them may fail DMARC
 * although it is honest, since they break SPF and often DKIM (RFC 7960).
 *
 * @param sealers whose word in an ARC chain counts, by the domain of the seal
 * @param networks of forwarders
 * @param mailFrom MAIL FROM domains of forwarders, which count where SPF passed for them
 * @param signers SDIDs of forwarders, which count where their signature verifies
 */
public record IndirectFlow(
        AddressPatterns sealers, List<IpNetwork> networks, AddressPatterns mailFrom, AddressPatterns signers) {
    /** Nobody is known. */
    public static final IndirectFlow NONE =
            new IndirectFlow(AddressPatterns.NONE, List.of(), AddressPatterns.NONE, AddressPatterns.NONE);

    public IndirectFlow {
        networks = List.copyOf(networks);
    }

    /** Whether nobody is known, so that there never is evidence. */
    public boolean isEmpty() {
        return sealers.isEmpty() && networks.isEmpty() && mailFrom.isEmpty() && signers.isEmpty();
    }

    /** What shows that a message came by a way that is known, as a plain sentence; empty where nothing does. */
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
                .flatMap(chain -> chain.believable(sealers::matches).stream())
                .filter(set -> SealerPass.isIn(set.results(), facts))
                .map(ArcSet::sealer)
                .findFirst()
                .map(sealer -> "The trusted sealer " + sealer + " saw it pass.");
    }

    private Optional<String> network(RuleContext facts) {
        Optional<InetAddress> client = facts.connection().client();
        return client.filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                .map(address -> "The client " + IpNetwork.renderAddress(address) + " is a known forwarder.");
    }

    private Optional<String> bounceDomain(RuleContext facts) {
        return facts.spf()
                .authenticated()
                // With a null reverse-path it is HELO that SPF is about.
                .filter(domain -> facts.envelope().mailFrom() instanceof ReversePath.Address)
                .filter(mailFrom::matches)
                .map(domain -> known("MAIL FROM", domain));
    }

    private Optional<String> signer(RuleContext facts) {
        return facts.dkim().stream()
                .flatMap(signature -> signature.authenticated().stream())
                .filter(signers::matches)
                .findFirst()
                .map(domain -> known("a signature", domain));
    }

    private static String known(String by, DomainName domain) {
        return "It came through the known forwarder " + domain + ", by " + by + ".";
    }
}
