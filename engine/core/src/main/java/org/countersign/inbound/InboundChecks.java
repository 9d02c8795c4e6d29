package org.countersign.inbound;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.countersign.arc.ArcLimits;
import org.countersign.arc.ArcVerifier;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsClient;
import org.countersign.dns.MeasuringClock;
import org.countersign.policy.LocalPolicy;

/**
 * Everything that checks an inbound message, made once and shared by all messages.
 *
 * @param settings how mail is judged
 * @param dns answers the DNS queries of all messages
 * @param clock for dates of signatures and macros of SPF; deadlines use its {@link MeasuringClock#monotonic()} if it has
 *     one. The DNS client must use the same clock
 * @param localHeaders the header fields that only this system may write
 * @param dkim verifies DKIM signatures
 * @param arc verifies ARC chains
 * @param dmarc evaluates DMARC
 * @param policy decides what to do with a message
 * @param temperrors remembers for which Author Domains DMARC cannot be evaluated
 * @param sealing decides which messages are sealed with ARC
 */
public record InboundChecks(
        InboundSettings settings,
        DnsClient dns,
        InstantSource clock,
        LocalHeadersFactory localHeaders,
        DkimVerifier dkim,
        ArcVerifier arc,
        DmarcEvaluator dmarc,
        LocalPolicy policy,
        TemperrorTable temperrors,
        ArcSealingPolicy sealing) {

    /** Checks with the RSA of the Java runtime and their own table of temporary errors, which seal nothing. */
    public static InboundChecks of(InboundSettings settings, DnsClient dns, InstantSource clock) {
        return of(
                settings,
                dns,
                clock,
                RsaEngine.jca(),
                new TemperrorTable(clock, persistent -> {}),
                ArcSealingPolicy.NEVER);
    }

    /**
     * Checks with these settings.
     *
     * @param rsa verifies RSA signatures
     */
    public static InboundChecks of(
            InboundSettings settings,
            DnsClient dns,
            InstantSource clock,
            RsaEngine rsa,
            TemperrorTable temperrors,
            ArcSealingPolicy sealing) {
        return new InboundChecks(
                settings,
                dns,
                clock,
                new LocalHeadersFactory(settings.authserv(), settings.receivedSpf()),
                new DkimVerifier(settings.dkim(), clock, rsa),
                new ArcVerifier(ArcLimits.DEFAULT, settings.dkim(), clock),
                dmarc(settings.dmarc().organizationalDomain()),
                new LocalPolicy(settings.mode(), settings.rules()),
                temperrors,
                sealing);
    }

    // The list takes a moment to load, so it is loaded only if it is used.
    private static DmarcEvaluator dmarc(DiscoveryMode mode) {
        return mode.usesPublicSuffixes()
                ? DmarcEvaluator.of(mode, PublicSuffixList.bundled(), new SecureRandom())
                : new DmarcEvaluator();
    }
}
