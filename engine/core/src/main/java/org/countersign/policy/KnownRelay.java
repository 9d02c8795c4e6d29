package org.countersign.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.countersign.arc.ArcSet;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/**
 * A forwarder, mailing list or sealer that relayed a message, as an operator could list it under {@code indirect-flow}. The
 * facts authenticate it: a relay that a message only names, as in its List-Id field, is none.
 */
public sealed interface KnownRelay {
    // The newest ones are closest to this system.
    int MAX_SEALERS = 3;
    int MAX_SIGNERS = 3;

    /** The setting that would list the relay. */
    String setting();

    /** The value that would be added to the setting. */
    String value();

    /** The same knowledge, and this relay in addition. */
    IndirectFlow addedTo(IndirectFlow flow);

    /** The same rules for a system that knows this relay too. */
    default PolicyRules addedTo(PolicyRules rules) {
        PolicySettings settings = rules.settings();
        return rules.with(settings.withIndirect(addedTo(settings.indirect())));
    }

    /** The sealer of an ARC Set in a chain that passes. */
    record Sealer(DomainName domain) implements KnownRelay {
        @Override
        public String setting() {
            return "indirect-flow.trusted-sealers";
        }

        @Override
        public String value() {
            return domain.toString();
        }

        @Override
        public IndirectFlow addedTo(IndirectFlow flow) {
            return flow.withSealer(domain);
        }
    }

    /** The SMTP client. */
    record Host(InetAddress address) implements KnownRelay {
        @Override
        public String setting() {
            return "indirect-flow.forwarders.networks";
        }

        @Override
        public String value() {
            return IpNetwork.renderAddress(address);
        }

        @Override
        public IndirectFlow addedTo(IndirectFlow flow) {
            return flow.withNetwork(IpNetwork.of(address, 8 * address.getAddress().length));
        }
    }

    /** The MAIL FROM domain, for which SPF passes. */
    record MailFrom(DomainName domain) implements KnownRelay {
        @Override
        public String setting() {
            return "indirect-flow.forwarders.mail-from";
        }

        @Override
        public String value() {
            return domain.toString();
        }

        @Override
        public IndirectFlow addedTo(IndirectFlow flow) {
            return flow.withMailFrom(domain);
        }
    }

    /** The SDID of a signature that verifies. */
    record Signer(DomainName domain) implements KnownRelay {
        @Override
        public String setting() {
            return "indirect-flow.forwarders.dkim-domain";
        }

        @Override
        public String value() {
            return domain.toString();
        }

        @Override
        public IndirectFlow addedTo(IndirectFlow flow) {
            return flow.withSigner(domain);
        }
    }

    /** The relays of a message: its client, its sealers, its MAIL FROM domain and its signers, except the author. */
    static List<KnownRelay> of(RuleContext facts) {
        List<KnownRelay> relays = new ArrayList<>();
        facts.connection().client().ifPresent(client -> relays.add(new Host(client)));
        relays.addAll(sealers(facts));
        if (facts.envelope().mailFrom() instanceof ReversePath.Address) {
            facts.spf()
                    .authenticated()
                    .filter(domain -> !isAuthor(domain, facts))
                    .ifPresent(domain -> relays.add(new MailFrom(domain)));
        }
        facts.dkim().stream()
                .flatMap(signature -> signature.authenticated().stream())
                .filter(domain -> !isAuthor(domain, facts))
                .distinct()
                .limit(MAX_SIGNERS)
                .forEach(domain -> relays.add(new Signer(domain)));
        return relays;
    }

    /** The sealers of the ARC chain, newest first. */
    static List<Sealer> sealers(RuleContext facts) {
        return facts.chain().stream()
                .flatMap(chain -> chain.sets().reversed().stream())
                .map(ArcSet::sealer)
                .distinct()
                .limit(MAX_SEALERS)
                .map(Sealer::new)
                .toList();
    }

    private static boolean isAuthor(DomainName domain, RuleContext facts) {
        return facts.authorDomain()
                .filter(author -> author.isWithin(domain) || domain.isWithin(author))
                .isPresent();
    }
}
