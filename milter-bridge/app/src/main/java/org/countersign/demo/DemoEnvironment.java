package org.countersign.demo;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.dkim.DkimSigner;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;

/**
 * The DNS data and the filter of the demonstration. The domains are those of a bank, a forger, a forwarder, a sender
 * without DNS records, and the receiving site {@code home.example}. Keys are generated for each run.
 */
final class DemoEnvironment {
    static final String OUR_HOST = "mx.home.example";

    private static final int KEY_BITS = 2048;

    private final InstantSource clock;
    private final SigningIdentity bank;
    private final SigningIdentity ours;
    private final StaticZone zone;

    DemoEnvironment(InstantSource clock) {
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        this.bank = identity("bank.example", random);
        this.ours = identity("home.example", random);
        this.zone = StaticZone.builder()
                .txt("bank.example", "v=spf1 ip4:192.0.2.0/28 -all")
                .txt("_dmarc.bank.example", "v=DMARC1; p=reject; rua=mailto:dmarc@bank.example")
                .txt(bank.keyName().toString(), bank.key().publicKeyRecord())
                .txt("forger.example", "v=spf1 ip4:203.0.113.66 -all")
                .txt("forwarder.example", "v=spf1 ip4:198.51.100.7 -all")
                .address("mail.plain.example", "198.51.100.80")
                .txt("home.example", "v=spf1 ip4:198.51.100.25 -all")
                .txt("_dmarc.home.example", "v=DMARC1; p=quarantine")
                .txt(ours.keyName().toString(), ours.key().publicKeyRecord())
                .build();
    }

    private static SigningIdentity identity(String domain, SecureRandom random) {
        return new SigningIdentity(
                DomainName.of(domain),
                "demo",
                KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, KEY_BITS, random)
                        .key());
    }

    /** The filter of the receiving mail server. */
    EngineFilter filter(Consumer<FinishedMessage> finished) {
        InboundSettings settings =
                InboundSettings.DEFAULT.withAuthservId(OUR_HOST).withMode(Mode.ENFORCE);
        SigningSelector signing = SigningSelector.unmonitored(SigningPolicy.ofDomains(List.of(ours)));
        CountersignEngine engine = new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(settings, zone, clock)),
                OutboundMessage.factory(
                        OutboundChecks.of(OutboundSettings.matching(settings), TrafficRules.DEFAULT, signing, clock)));
        return new EngineFilter(engine, finished, clock);
    }

    /** A message of the bank, signed by its mail server. */
    SampleMessage messageOfTheBank() {
        return SampleMessage.from(
                        "Bank <notices@bank.example>",
                        "Your statement",
                        "Dear Ada,\r\n\r\nyour statement for October is ready.\r\n")
                .signed(new DkimSigner(SigningDefaults.DEFAULT, clock), bank);
    }
}
