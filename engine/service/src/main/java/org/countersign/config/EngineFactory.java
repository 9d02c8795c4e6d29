package org.countersign.config;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.TrafficRules;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.DnsClient;
import org.countersign.domain.IpNetwork;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.DmarcSettings;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.SpfSettings;
import org.countersign.inbound.TemperrorTable;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.TransportCheck;
import org.countersign.smtp.MemoryBudget;

/** Builds engines as a policy file wants them. */
public final class EngineFactory {
    private EngineFactory() {}

    /** The whole engine, of one that does not seal and computes with the RSA of the Java runtime. */
    public static CountersignEngine engine(
            Configuration configuration,
            SigningPolicy signing,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyNews) {
        return engine(
                configuration,
                signing,
                Optional.empty(),
                dns,
                clock,
                keyNews,
                SharedState.of(configuration, RsaEngine.jca(), clock, persistent -> {}));
    }

    /**
     * What outlives an engine, for the next one of the same host.
     *
     * @param memory what all messages under way may take together, those of an earlier engine included
     * @param rsa computes with the RSA keys of signatures and of the operator
     * @param temperrors where it is remembered for which domains DMARC cannot be evaluated
     */
    public record SharedState(MemoryBudget memory, RsaEngine rsa, TemperrorTable temperrors) {
        /** Of a host whose first engine is built. */
        public static SharedState of(
                Configuration configuration,
                RsaEngine rsa,
                InstantSource clock,
                Consumer<TemperrorTable.Persistent> persistent) {
            return new SharedState(configuration.limits().memory(), rsa, new TemperrorTable(clock, persistent));
        }
    }

    /**
     * The whole engine.
     *
     * @param signing what signs which mail, of {@link SigningPolicyFactory}
     * @param sealKey what seals mail with ARC, of {@link SigningPolicyFactory}; empty for none
     * @param dns shared by all messages
     * @param keyNews told when a key that signs turns out not to be published as it should, and when it is again
     * @param shared what outlives the engine
     */
    public static CountersignEngine engine(
            Configuration configuration,
            SigningPolicy signing,
            Optional<ScheduledKey> sealKey,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyNews,
            SharedState shared) {
        KeyMonitorSettings guarding = configuration.signing().keyGuard();
        Optional<PublishedKeyMonitor> guard = keyGuard(guarding, dns, clock, keyNews);
        ArcSealingPolicy sealing = sealKey.map(key -> ArcSealingPolicy.of(key, guard, guarding.unpublished(), clock))
                .orElse(ArcSealingPolicy.NEVER);
        TrafficRules traffic = trafficRules(configuration);
        InboundChecks inbound =
                InboundChecks.of(inbound(configuration), dns, clock, shared.rsa(), shared.temperrors(), sealing);
        OutboundChecks outbound = OutboundChecks.of(
                outbound(configuration), traffic, new SigningSelector(signing, guard, guarding.unpublished()), clock);
        return new CountersignEngine(
                traffic, InboundMessage.factory(inbound), OutboundMessage.factory(outbound), shared.memory());
    }

    private static Optional<PublishedKeyMonitor> keyGuard(
            KeyMonitorSettings settings,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyNews) {
        return settings.checkEvery().isZero()
                ? Optional.empty()
                : Optional.of(new PublishedKeyMonitor(
                        dns, clock, settings.checkEvery(), Thread::startVirtualThread, keyNews));
    }

    private static TransportCheck lookAhead(Configuration configuration) {
        LookAheadConfiguration settings = configuration.signing().lookAhead();
        return new TransportCheck(settings.eightBitMime(), Set.copyOf(settings.refuse()), configuration.mode());
    }

    /** How mail from outside is judged. */
    public static InboundSettings inbound(Configuration configuration) {
        return new InboundSettings(
                limits(configuration),
                authserv(configuration),
                configuration.inbound().receivedSpf(),
                new SpfSettings(
                        configuration.spf().checkHelo(), configuration.spf().limits()),
                configuration.dkim().limits(),
                new DmarcSettings(
                        configuration.dmarc().organizationalDomain(),
                        configuration.dmarc().deferFor()),
                configuration.mode(),
                configuration.policy().policyRules());
    }

    private static OutboundSettings outbound(Configuration configuration) {
        return new OutboundSettings(
                limits(configuration),
                authserv(configuration),
                configuration.inbound().receivedSpf(),
                lookAhead(configuration));
    }

    private static AuthservSettings authserv(Configuration configuration) {
        return new AuthservSettings(
                configuration.authservId().orElse(""),
                configuration.authservIdAliases(),
                configuration.authservIdSubdomains());
    }

    /** Which mail is judged, signed or left alone. */
    public static TrafficRules trafficRules(Configuration configuration) {
        SigningConfiguration.When when = configuration.signing().when();
        return new TrafficRules(
                configuration.inbound().skipNetworks(),
                when.authenticated(),
                when.networks(),
                when.daemonNames(),
                localNetworks(configuration));
    }

    /** The addresses of this machine whose mail is signed: by default those that are not judged, once there are keys. */
    private static List<IpNetwork> localNetworks(Configuration configuration) {
        SigningConfiguration signing = configuration.signing();
        boolean signs = !signing.keys().isEmpty() || signing.tableFile().isPresent();
        Optional<Boolean> local = signing.when().local();
        if (!signs || local.equals(Optional.of(false))) {
            return List.of();
        }
        if (local.isPresent()) {
            return TrafficRules.LOOPBACK;
        }
        List<IpNetwork> networks = new ArrayList<>();
        for (IpNetwork loopback : TrafficRules.LOOPBACK) {
            for (IpNetwork skipped : configuration.inbound().skipNetworks()) {
                if (skipped.covers(loopback)) {
                    networks.add(loopback);
                } else if (loopback.covers(skipped)) {
                    networks.add(skipped);
                }
            }
        }
        return networks;
    }

    private static MessageLimits limits(Configuration configuration) {
        return MessageLimits.DEFAULT.withDeadline(configuration.dns().deadline());
    }
}
