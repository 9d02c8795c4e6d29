package org.countersign.config;

import java.time.InstantSource;
import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.MailAuthenticator;
import org.countersign.MailSigner;
import org.countersign.MessageLimits;
import org.countersign.SigningTable;
import org.countersign.TrafficRules;
import org.countersign.dkim.SignatureProfile;
import org.countersign.dkim.SigningIdentity;
import org.countersign.dns.DnsClient;

/** Builds engines as a policy file wants them. */
public final class EngineAssembly {
    private EngineAssembly() {}

    /**
     * The whole engine.
     *
     * @param identities the keys of {@code signing.keys}, which the host has read, in their order
     * @param dns shared by all messages
     */
    public static CountersignEngine engine(
            Configuration configuration, List<SigningIdentity> identities, DnsClient dns, InstantSource clock) {
        return new CountersignEngine(
                trafficRules(configuration),
                authenticator(configuration, dns, clock),
                new MailSigner(new SigningTable(identities), SignatureProfile.DEFAULT, limits(configuration), clock));
    }

    /** The half that judges. */
    public static MailAuthenticator authenticator(Configuration configuration, DnsClient dns, InstantSource clock) {
        MailAuthenticator.Builder authenticator = MailAuthenticator.builder(dns, clock)
                .limits(limits(configuration))
                .authservIdAliases(configuration.authservIdAliases())
                .receivedSpf(configuration.inbound().receivedSpf())
                .checkHelo(configuration.spf().checkHelo())
                .spfLimits(configuration.spf().limits())
                .mode(configuration.mode());
        configuration.authservId().ifPresent(authenticator::authservId);
        return authenticator.build();
    }

    /** Which mail is judged, signed or left alone. */
    public static TrafficRules trafficRules(Configuration configuration) {
        SigningConfiguration.When when = configuration.signing().when();
        return new TrafficRules(
                configuration.inbound().skipNetworks(), when.authenticated(), when.networks(), when.daemonNames());
    }

    private static MessageLimits limits(Configuration configuration) {
        return MessageLimits.DEFAULT.withDeadline(configuration.dns().deadline());
    }
}
