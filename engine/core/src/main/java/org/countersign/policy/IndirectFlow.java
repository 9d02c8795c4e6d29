package org.countersign.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcChain;
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

    /** Whether DNS lookups decide if some of them relayed a message. */
    boolean needsDns() {
        return !sealers.isEmpty() || !mailFrom.isEmpty() || !signers.isEmpty();
    }

    /** The same, and a network of a forwarder in addition. */
    IndirectFlow withNetwork(IpNetwork network) {
        List<IpNetwork> more = new ArrayList<>(networks);
        more.add(network);
        return new IndirectFlow(sealers, more, mailFrom, signers);
    }

    /** The same, and a trusted sealer in addition. */
    IndirectFlow withSealer(DomainName sealer) {
        return new IndirectFlow(with(sealers, sealer), networks, mailFrom, signers);
    }

    /** The same, and the MAIL FROM domain of a forwarder in addition. */
    IndirectFlow withMailFrom(DomainName domain) {
        return new IndirectFlow(sealers, networks, with(mailFrom, domain), signers);
    }

    /** The same, and the signing domain of a forwarder in addition. */
    IndirectFlow withSigner(DomainName domain) {
        return new IndirectFlow(sealers, networks, mailFrom, with(signers, domain));
    }

    private static AddressPatterns with(AddressPatterns patterns, DomainName domain) {
        List<AddressPattern> more = new ArrayList<>(patterns.patterns());
        more.add(new AddressPattern.Domain(domain));
        return AddressPatterns.of(more);
    }

    /** The evidence that one of them relayed the message; empty if there is none. */
    public Optional<IndirectEvidence> evidence(RuleContext facts) {
        return sealer(facts)
                .or(() -> network(facts))
                .or(() -> bounceDomain(facts))
                .or(() -> signer(facts));
    }

    /**
     * Whether a temporary error hides if one of them relayed the message. It may be one of the ARC chain, of SPF for the MAIL
     * FROM domain of a forwarder, or of a signature of a forwarder.
     */
    public boolean isUndecided(RuleContext facts) {
        if ((!sealers.isEmpty() && facts.arc() == ResultKeyword.TEMPERROR)
                || (facts.envelope().mailFrom() instanceof ReversePath.Address && isUndecided(facts.spf(), mailFrom))) {
            return true;
        }
        for (Finding signature : facts.dkim()) {
            if (isUndecided(signature, signers)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUndecided(Finding finding, AddressPatterns known) {
        return finding.result() == ResultKeyword.TEMPERROR
                && finding.domain().filter(known::matches).isPresent();
    }

    private Optional<IndirectEvidence> sealer(RuleContext facts) {
        if (sealers.isEmpty()) {
            return Optional.empty();
        }
        if (facts.chain().isPresent()) {
            ArcChain chain = facts.chain().get();
            for (ArcSet set : chain.trustedSets(sealers::matches)) {
                if (SealerPass.isIn(set.results(), facts)) {
                    return Optional.of(new IndirectEvidence.Sealer(set, chain));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<IndirectEvidence> network(RuleContext facts) {
        Optional<InetAddress> client = facts.connection().client();
        return client.filter(address -> IpNetwork.anyContains(networks, address))
                .map(IndirectEvidence.Network::new);
    }

    private Optional<IndirectEvidence> bounceDomain(RuleContext facts) {
        return facts.spf()
                .authenticated()
                // With a null reverse-path SPF checks the HELO identity.
                .filter(domain -> facts.envelope().mailFrom() instanceof ReversePath.Address)
                .filter(mailFrom::matches)
                .map(IndirectEvidence.MailFrom::new);
    }

    private Optional<IndirectEvidence> signer(RuleContext facts) {
        for (Finding signature : facts.dkim()) {
            Optional<DomainName> domain = signature.authenticated().filter(signers::matches);
            if (domain.isPresent()) {
                return domain.map(IndirectEvidence.Signer::new);
            }
        }
        return Optional.empty();
    }
}
