package org.countersign.policy;

import java.net.InetAddress;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcSet;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** The evidence that a forwarder, mailing list or sealer that the operator knows relayed a message. */
public sealed interface IndirectEvidence {
    /**
     * A trusted ARC sealer recorded a pass.
     *
     * @param set with the pass
     * @param chain that the set is in
     */
    record Sealer(ArcSet set, ArcChain chain) implements IndirectEvidence {}

    /** The client is in a network of a forwarder. */
    record Network(InetAddress client) implements IndirectEvidence {}

    /** SPF passes for the MAIL FROM domain of a forwarder. */
    record MailFrom(DomainName domain) implements IndirectEvidence {}

    /** A signature of a forwarder verifies. */
    record Signer(DomainName domain) implements IndirectEvidence {}

    /** The evidence as a sentence for the postmaster. */
    default String explain() {
        return switch (this) {
            case Sealer sealer -> "The trusted ARC sealer " + sealer.set().sealer() + " recorded a pass.";
            case Network(InetAddress client) ->
                "The client " + IpNetwork.renderAddress(client) + " is a known forwarder.";
            case MailFrom(DomainName domain) -> known("MAIL FROM", domain);
            case Signer(DomainName domain) -> known("DKIM signature", domain);
        };
    }

    private static String known(String by, DomainName domain) {
        return "The message was relayed by the known forwarder " + domain + " (" + by + ").";
    }
}
