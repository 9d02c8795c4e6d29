package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.MessageReader;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.PolicySettings;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;

/** Sends messages of bank.example and of a forger while DNS servers of bank.example fail. */
abstract class TemperrorFixture {
    static final Duration TWELVE_HOURS = Duration.ofHours(12);
    static final String BODY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    static final String LONG_ENOUGH = "A".repeat(171) + "=";
    static final String UNDECIDED = signature("bank.example", "k1", LONG_ENOUGH);
    static final String FORGER = "203.0.113.66";
    static final String BANK = "192.0.2.1";

    final ManualClock clock = ManualClock.started();
    final List<TemperrorTable.Persistent> reported = new ArrayList<>();
    final TemperrorTable table = new TemperrorTable(clock, reported::add);
    PolicySettings settings = PolicySettings.DEFAULT;
    Mode mode = Mode.ENFORCE;
    DnsClient dns = zone("v=DMARC1; p=reject");

    static DnsClient zone(String record) {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.bank.example", record)
                .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
                .txt("attacker.example", "v=spf1 +all")
                .failure("old.bank.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE)
                .failure("_dmarc.lame.bank.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        for (String key :
                List.of("k1._domainkey.bank.example", "s._domainkey.old.bank.example", "k1._domainkey.x.test")) {
            zone.failure(key, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        }
        return zone.build();
    }

    final MessageOutcome.Judged judge(String header, String mailFrom, String address) {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withAuthservId("mx.receiver.example")
                        .withMode(mode)
                        .withRules(PolicyRules.of(settings, List.of())),
                dns,
                clock,
                RsaEngine.jca(),
                table,
                ArcSealingPolicy.NEVER);
        return judge(checks, header, mailFrom, address);
    }

    static MessageOutcome.Judged judge(InboundChecks checks, String header, String mailFrom, String address) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress(address).orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client, "client.example", ReversePath.parse(mailFrom), Optional.empty(), "", "mx.receiver.example");
        byte[] message = Octets.latin1(header + "Subject: x\r\n\r\n").toByteArray();
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            MessageReader.read(new ByteArrayInputStream(message), mail, 100_000);
            return mail.conclude();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    final MessageOutcome.Judged forged(String signature) {
        return judge(signature + "From: ceo@bank.example\r\n", "x@attacker.example", FORGER);
    }

    static String signature(String domain, String selector, String b) {
        return signature(domain, selector, b, BODY_HASH, "");
    }

    static String signature(String domain, String selector, String b, String bh, String more) {
        return "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector + "; h=from; bh="
                + bh + "; " + more + "b=" + b + "\r\n";
    }

    static void assertDecided(MessageOutcome.Judged outcome, String dmarc, String verdict, String rule) {
        assertThat(List.of(
                        outcome.facts().dmarcKeyword(),
                        outcome.decision().ruled().keyword(),
                        outcome.decision().rule()))
                .as(outcome.decision().reason())
                .containsExactly(dmarc, verdict, rule);
    }
}
