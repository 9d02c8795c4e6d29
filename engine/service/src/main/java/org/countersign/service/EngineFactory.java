package org.countersign.service;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.countersign.CountersignEngine;
import org.countersign.config.Configuration;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.DnsClient;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.TemperrorTable;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyMonitorSettings;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.MemoryBudget;

/** Builds engines from configurations. */
public final class EngineFactory {
    private EngineFactory() {}

    /** An engine that does not seal mail and computes with the RSA of the Java runtime. */
    public static CountersignEngine engine(
            Configuration configuration,
            SigningPolicy signing,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyStatusListener) {
        return engine(
                configuration,
                signing,
                Optional.empty(),
                dns,
                clock,
                keyStatusListener,
                SharedState.of(configuration, RsaEngine.jca(), clock, persistent -> {}));
    }

    /**
     * The state that one engine passes on to the next one of the same program.
     *
     * @param memory shared by all messages in progress, including those of earlier engines
     * @param rsa computes with the RSA keys of signatures and of the operator
     * @param temperrors records the domains for which DMARC cannot be evaluated
     */
    public record SharedState(MemoryBudget memory, RsaEngine rsa, TemperrorTable temperrors) {
        /** The state of the first engine. */
        public static SharedState of(
                Configuration configuration,
                RsaEngine rsa,
                InstantSource clock,
                Consumer<TemperrorTable.Persistent> persistent) {
            return new SharedState(
                    new MemoryBudget(configuration.messageMemory()), rsa, new TemperrorTable(clock, persistent));
        }
    }

    /**
     * An engine.
     *
     * @param signing the keys for outbound mail, from {@link SigningPolicyFactory}
     * @param sealKey the key that seals mail with ARC, from {@link SigningPolicyFactory}; empty for none
     * @param dns shared by all messages
     * @param keyStatusListener called when a signing key is not published correctly, and when it is again
     * @param shared the state to take over
     */
    public static CountersignEngine engine(
            Configuration configuration,
            SigningPolicy signing,
            Optional<ScheduledKey> sealKey,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyStatusListener,
            SharedState shared) {
        return engine(
                configuration,
                signing,
                sealKey,
                dns,
                clock,
                keyMonitor(configuration, dns, clock, keyStatusListener),
                shared);
    }

    /** Compares the keys of an engine with the DNS; empty if the configuration does not want that. */
    static Optional<PublishedKeyMonitor> keyMonitor(
            Configuration configuration,
            DnsClient dns,
            InstantSource clock,
            BiConsumer<SigningIdentity, PublishedKey> keyStatusListener) {
        Duration interval = configuration.signing().keyMonitor().interval();
        return interval.isZero()
                ? Optional.empty()
                : Optional.of(
                        new PublishedKeyMonitor(dns, clock, interval, Thread::startVirtualThread, keyStatusListener));
    }

    /** An engine with a monitor of its keys. */
    static CountersignEngine engine(
            Configuration configuration,
            SigningPolicy signing,
            Optional<ScheduledKey> sealKey,
            DnsClient dns,
            InstantSource clock,
            Optional<PublishedKeyMonitor> monitor,
            SharedState shared) {
        KeyMonitorSettings monitoring = configuration.signing().keyMonitor();
        ArcSealingPolicy sealing = sealKey.map(
                        key -> ArcSealingPolicy.of(key, monitor, monitoring.unpublished(), clock))
                .orElse(ArcSealingPolicy.NEVER);
        InboundChecks inbound =
                InboundChecks.of(configuration.inbound(), dns, clock, shared.rsa(), shared.temperrors(), sealing);
        OutboundChecks outbound = OutboundChecks.of(
                configuration.outbound(),
                configuration.traffic(),
                new SigningSelector(signing, monitor, monitoring.unpublished()),
                clock);
        return new CountersignEngine(
                configuration.traffic(),
                InboundMessage.factory(inbound),
                OutboundMessage.factory(outbound),
                shared.memory());
    }
}
