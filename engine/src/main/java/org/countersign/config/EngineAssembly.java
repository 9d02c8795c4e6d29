package org.countersign.config;

import java.time.InstantSource;
import org.countersign.CountersignEngine;
import org.countersign.MailAuthenticator;
import org.countersign.MailSigner;
import org.countersign.MessageLimits;
import org.countersign.TrafficRules;
import org.countersign.dns.DnsClient;
import org.countersign.signing.SigningPolicy;

/** Builds engines as a policy file wants them. */
public final class EngineAssembly {
    private EngineAssembly() {}

    /**
     * The whole engine.
     *
     * @param signing what signs which mail, of {@link SigningAssembly}
     * @param dns shared by all messages
     */
    public static CountersignEngine engine(
            Configuration configuration, SigningPolicy signing, DnsClient dns, InstantSource clock) {
        return new CountersignEngine(
                trafficRules(configuration),
                authenticator(configuration, dns, clock),
                new MailSigner(signing, limits(configuration), clock));
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
