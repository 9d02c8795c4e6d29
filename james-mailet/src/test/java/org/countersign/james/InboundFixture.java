package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.crypto.RsaEngine;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.TemperrorTable;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;

/** Sending domains, their DNS records and their messages, and engines that check them. */
public final class InboundFixture {
    static final String SENDER = "192.0.2.10";
    static final String FORGER = "203.0.113.66";
    static final String FORWARDER = "198.51.100.7";
    static final String BOB = "bob@home.example";

    private static final SigningIdentity IDENTITY =
            new SigningIdentity(DomainName.of("sender.example"), "test", TestKeys.RSA);
    private static final SigningIdentity ED25519 =
            new SigningIdentity(DomainName.of("sender.example"), "ed", TestKeys.ED25519);

    private static final SigningIdentity SEALER =
            new SigningIdentity(DomainName.of("home.example"), "arc", TestKeys.RSA);

    private InboundFixture() {}

    /** Domains with p=reject, with p=quarantine, and without working DNS. */
    public static StaticZone zone() {
        return StaticZone.builder()
                .txt("sender.example", "v=spf1 ip4:" + SENDER + " -all")
                .txt("mail.sender.example", "v=spf1 ip4:" + SENDER + " -all")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
                .txt(IDENTITY.keyName().toString(), TestKeys.RSA.publicKeyRecord())
                .txt(ED25519.keyName().toString(), TestKeys.ED25519.publicKeyRecord())
                .txt(SEALER.keyName().toString(), TestKeys.RSA.publicKeyRecord())
                .txt("careful.example", "v=spf1 ip4:" + SENDER + " -all")
                .txt("_dmarc.careful.example", "v=DMARC1; p=quarantine")
                .txt("_dmarc.asking.example", "v=DMARC1; p=reject; ruf=mailto:ruf@asking.example")
                .txt("forger.example", "v=spf1 ip4:" + FORGER + " -all")
                .txt("forwarder.example", "v=spf1 ip4:" + FORWARDER + " -all")
                .failure("down.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .failure("_dmarc.down.example", RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                .build();
    }

    /** An engine with this DNS that checks mail of every client network. */
    static CountersignEngine engine(DnsClient dns, Mode mode) {
        return engine(dns, mode, new TrafficRules(List.of(), true, List.of(), List.of()));
    }

    static CountersignEngine engine(DnsClient dns, Mode mode, TrafficRules traffic) {
        return engine(dns, mode, traffic, PolicyRules.DEFAULT);
    }

    /** The same with the rules of a policy file, in mode enforce. */
    static CountersignEngine engine(DnsClient dns, String policy) {
        if (ConfigurationParser.parse("policy.yaml", Octets.utf8(policy), FrontEnd.NONE)
                instanceof ParsedConfiguration.Valid valid) {
            return engine(
                    dns,
                    Mode.ENFORCE,
                    new TrafficRules(List.of(), true, List.of(), List.of()),
                    valid.configuration().inbound().rules());
        }
        throw new AssertionError(policy);
    }

    private static CountersignEngine engine(DnsClient dns, Mode mode, TrafficRules traffic, PolicyRules rules) {
        InstantSource clock = InstantSource.system();
        return new CountersignEngine(
                traffic,
                InboundMessage.factory(
                        InboundChecks.of(InboundSettings.DEFAULT.withMode(mode).withRules(rules), dns, clock)),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT, traffic, SigningSelector.unmonitored(SigningPolicy.NOTHING), clock)));
    }

    /** An engine that seals accepted mail as {@code home.example}. */
    static CountersignEngine sealing() {
        InstantSource clock = InstantSource.system();
        ArcSealingPolicy sealer = ArcSealingPolicy.of(
                new ScheduledKey(SEALER, KeyValidity.ALWAYS), Optional.empty(), UnpublishedKeyAction.SIGN, clock);
        return new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(
                        InboundSettings.DEFAULT,
                        zone(),
                        clock,
                        RsaEngine.jca(),
                        new TemperrorTable(clock, persistent -> {}),
                        sealer)),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT,
                        TrafficRules.DEFAULT,
                        SigningSelector.unmonitored(SigningPolicy.NOTHING),
                        clock)));
    }

    /** A sampleMessage with what breaks on a careless way: 8-bit octets, odd folds, trailing blanks, dots. */
    static String sampleMessage(String from) {
        return "From:  Ada <" + from + ">\r\n"
                + "to: bob@home.example,\r\n"
                + "\t carol@home.example\r\n"
                + "Subject: caf\u00E9 \u00FC \r\n"
                + "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
                + "Message-ID: <1@sender.example>\r\n"
                + "X-Odd :kept  as it is\r\n"
                + "\r\n"
                + "Dear Bob,  \r\n"
                + ".\r\n"
                + "..dots and caf\u00E9\t\r\n"
                + "x".repeat(900)
                + "\r\n\r\n\r\n";
    }

    /** The same with a signature of the sender. */
    static String signed(String sampleMessage) {
        return signed(sampleMessage, IDENTITY);
    }

    static String signedWithEd25519(String sampleMessage) {
        return signed(sampleMessage, ED25519);
    }

    private static String signed(String sampleMessage, SigningIdentity identity) {
        TestMessage message = TestMessage.parse(sampleMessage);
        DkimSigning signing = new DkimSigner(SigningDefaults.DEFAULT, InstantSource.system())
                .begin(message.headers(), List.of(identity));
        byte[] body = message.body().toByteArray();
        signing.body(body, 0, body.length);
        HeaderField signature = signing.finish().getFirst();
        return new String(message.withFieldOnTop(signature).toByteArray(), ISO_8859_1);
    }

    static byte[] octets(String message) {
        return message.getBytes(ISO_8859_1);
    }
}
