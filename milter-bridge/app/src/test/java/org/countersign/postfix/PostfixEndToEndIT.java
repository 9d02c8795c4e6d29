package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.countersign.CountersignEngine;
import org.countersign.TrafficRules;
import org.countersign.dns.StaticZone;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;
import org.countersign.domain.DomainName;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.testing.ServerFault;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real Postfix, the bridge and a real DNS server, end to end. */
@Execution(ExecutionMode.CONCURRENT)
class PostfixEndToEndIT {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final String BOB = "bob@receiver.example";
    private static final SigningIdentity SIGNER = identity("sender.example");
    private static final SigningIdentity OTHER_SIGNER = identity("receiver.example");

    private final BlockingQueue<FinishedMessage> finished = new LinkedBlockingQueue<>();
    private ZoneServer dns;
    private MilterServer bridge;
    private PostfixInstance postfix;

    private static SigningIdentity identity(String domain) {
        return new SigningIdentity(
                DomainName.of(domain),
                "test",
                KeyPairs.generate(SignatureAlgorithm.RSA_SHA256, 2048, new SecureRandom())
                        .key());
    }

    @BeforeEach
    void start() throws IOException {
        MtaTools.assumePostfix();
        dns = ZoneServer.start(StaticZone.builder()
                .txt("sender.example", "v=spf1 ip4:192.0.2.10 -all")
                .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
                .txt(SIGNER.keyName().toString(), SIGNER.key().publicKeyRecord())
                .txt("forger.example", "v=spf1 ip4:203.0.113.66 -all")
                .txt(OTHER_SIGNER.keyName().toString(), OTHER_SIGNER.key().publicKeyRecord())
                .build());
        bridge = MilterServer.start(
                ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false))), filter());
        String address = bridge.addresses().getFirst().toString();
        postfix = PostfixInstance.start(
                PostfixSettings.delivering(BOB).withInboundMilters(address).withSubmissionMilters(address));
    }

    private EngineFilter filter() {
        CachingDnsClient client = new CachingDnsClient(
                new WireDnsClient(new WireSettings(List.of(dns.address()), Duration.ofSeconds(30), false), CLOCK),
                CacheSettings.DEFAULT,
                CLOCK);
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withMode(Mode.ENFORCE), client, CLOCK);
        OutboundChecks signer = OutboundChecks.of(
                OutboundSettings.DEFAULT,
                TrafficRules.DEFAULT,
                SigningSelector.unmonitored(SigningPolicy.ofDomains(List.of(SIGNER, OTHER_SIGNER))),
                CLOCK);
        return new EngineFilter(
                new CountersignEngine(
                        TrafficRules.DEFAULT, InboundMessage.factory(checks), OutboundMessage.factory(signer)),
                finished::add,
                CLOCK);
    }

    @AfterEach
    void stop() throws IOException {
        // Postfix first, because it would wait for the closed milter.
        if (postfix != null) {
            postfix.close();
        }
        if (bridge != null) {
            bridge.close();
        }
        if (dns != null) {
            dns.close();
        }
    }

    @Test
    void forgedMailIsRejectedAfterDataAndNotQueued() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "mail.forger.example")) {
            SmtpConnection.Reply reply =
                    smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@sender.example", "urgent"));
            assertThat(reply.toString()).startsWith("550 5.7.26 Email rejected per DMARC policy for sender.example");
        }
        postfix.awaitEmptyQueue();
        assertThat(postfix.mailbox(BOB)).isEmpty();
    }

    @Test
    void genuineMailIsDeliveredWithTheResultsOnTop() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mail.sender.example")) {
            assertThat(smtp.send("news@sender.example", List.of(BOB), mail("news@sender.example", "hello"))
                            .code())
                    .isEqualTo(250);
        }
        DeliveredMessage delivered = postfix.takeOnlyMessage(BOB);
        // The delivery agent adds its own fields on top. The next field is from the filter.
        assertThat(delivered.fields())
                .filteredOn(field -> !field.startsWith("Return-Path:")
                        && !field.startsWith("X-Original-To:")
                        && !field.startsWith("Delivered-To:"))
                .first()
                .asString()
                .startsWith("Authentication-Results: mx.receiver.example;");
        assertThat(delivered.values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("spf=pass smtp.mailfrom=sender.example")
                .contains("dkim=none")
                .contains("dmarc=pass header.from=sender.example policy.dmarc=reject");
    }

    @Test
    void forgedLocalResultsAreRemovedAndOthersStay() throws IOException {
        byte[] message = octets("Authentication-Results: mx.receiver.example; dmarc=pass\r\n"
                + "Authentication-Results: elsewhere.example; spf=pass\r\n"
                + "Authentication-Results:\r\n (x) \"MX.Receiver.Example\" 1; dkim=pass\r\n"
                + text("someone@plain.example", "hello"));
        try (SmtpConnection smtp = postfix.inbound().pretend("198.51.100.1", "mail.plain.example")) {
            assertThat(smtp.send("someone@plain.example", List.of(BOB), message).code())
                    .isEqualTo(250);
        }
        assertThat(postfix.takeOnlyMessage(BOB).values("Authentication-Results"))
                .satisfiesExactly(
                        ours -> assertThat(ours).startsWith("mx.receiver.example; spf=none"),
                        theirs -> assertThat(theirs).startsWith("elsewhere.example;"));
    }

    @Test
    void outboundMailHasASignatureThatAnIndependentVerifierAccepts() throws IOException {
        IndependentVerifier.assumeInstalled();
        try (SmtpConnection smtp = postfix.inbound().pretendLogin("alice", "laptop.sender.example")) {
            assertThat(smtp.send("alice@sender.example", List.of(BOB), mail("alice@sender.example", "signed"))
                            .code())
                    .isEqualTo(250);
        }
        assertSigned(postfix.takeOnlyMessage(BOB), SIGNER);
    }

    @Test
    void theSubmissionServiceSignsForItsDaemonNameWithTheKeyOfTheAuthorDomain() throws IOException {
        IndependentVerifier.assumeInstalled();
        try (SmtpConnection smtp = postfix.submission().pretend("192.0.2.99", "printer.receiver.example")) {
            assertThat(smtp.send(
                                    "scan@receiver.example",
                                    List.of(BOB),
                                    mail("Scanner <scan@receiver.example>", "8bit \u00e9"))
                            .code())
                    .isEqualTo(250);
        }
        assertSigned(postfix.takeOnlyMessage(BOB), OTHER_SIGNER);
    }

    private static void assertSigned(DeliveredMessage delivered, SigningIdentity signer) throws IOException {
        assertThat(delivered.values("DKIM-Signature"))
                .singleElement()
                .asString()
                .contains("d=" + signer.sdid() + ";")
                .contains("s=test;");
        assertThat(delivered.values("Authentication-Results")).isEmpty();
        Map<String, String> zone =
                Map.of(signer.keyName().toString(), signer.key().publicKeyRecord());
        assertThat(IndependentVerifier.verifies(delivered.octets(), zone, Instant.now()))
                .isTrue();
    }

    @Test
    void aDnsErrorDefersMailThatIsDeliveredLater() throws IOException {
        dns.faultForAll(ServerFault.SERVFAIL);
        assertThat(sendGenuine().toString()).startsWith("451 4.7.0 DMARC of sender.example cannot be evaluated now");
        dns.heal();
        sendGenuineUntilAccepted();
        assertThat(postfix.takeOnlyMessage(BOB).values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("dmarc=pass");
    }

    @Test
    void duringADnsOutageNoForgeryIsAcceptedAndGenuineMailIsDeliveredOnceAfterwards() throws IOException {
        dns.faultForAll(ServerFault.DROP);
        assertThat(sendForged().code()).isEqualTo(451);
        assertThat(sendGenuine().code()).isEqualTo(451);
        dns.heal();
        sendGenuineUntilAccepted();
        assertThat(sendForged().code()).isEqualTo(550);
        assertThat(postfix.takeOnlyMessage(BOB).values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("dmarc=pass");
        postfix.awaitEmptyQueue();
    }

    @Test
    void aForgeryIsNotAcceptedIfTheKeyOfItsAuthorDomainIsUnavailable() throws IOException {
        dns.fault("old._domainkey.sender.example", ServerFault.SERVFAIL);
        String impossible = " b=AAAAAAAA\r\n";
        String possible = " b=" + "A".repeat(171) + "=\r\n";
        assertThat(forgedWith(impossible).code()).isEqualTo(550);
        assertThat(forgedWith(possible).code()).isEqualTo(451);
        postfix.awaitEmptyQueue();
        assertThat(postfix.mailbox(BOB)).isEmpty();
    }

    private SmtpConnection.Reply forgedWith(String signature) throws IOException {
        String message = text("ceo@sender.example", "urgent");
        // RFC 6376 §3.4.3: empty lines at its end do not count.
        String body = message.substring(message.indexOf("\r\n\r\n") + 4, message.length() - 2);
        byte[] hash = sha256(body.getBytes(StandardCharsets.US_ASCII));
        byte[] signed = octets("DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=old; h=from; bh="
                + Base64.getEncoder().encodeToString(hash) + ";" + signature + message);
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "mail.forger.example")) {
            return smtp.send("bulk@forger.example", List.of(BOB), signed);
        }
    }

    private static byte[] sha256(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private SmtpConnection.Reply sendForged() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "mail.forger.example")) {
            return smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@sender.example", "urgent"));
        }
    }

    private SmtpConnection.Reply sendGenuine() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mail.sender.example")) {
            return smtp.send("news@sender.example", List.of(BOB), mail("news@sender.example", "hello"));
        }
    }

    /** Retries as a mail server does after a temporary rejection. */
    private void sendGenuineUntilAccepted() throws IOException {
        SmtpConnection.Reply reply = sendGenuine();
        for (int tries = 0; reply.code() == 451 && tries < 600; tries++) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            reply = sendGenuine();
        }
        assertThat(reply.code()).isEqualTo(250);
    }

    @Test
    void eachMessageOfAConnectionIsAuthenticatedByItself() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mail.sender.example")) {
            byte[] genuine = mail("news@sender.example", "hello");
            assertThat(smtp.send("news@sender.example", List.of(BOB), genuine).code())
                    .isEqualTo(250);
            assertThat(smtp.send("", List.of(BOB), mail("ceo@forger.example", "no policy"))
                            .code())
                    .isEqualTo(250);
            assertThat(smtp.send("x@elsewhere.example", List.of(BOB), genuine).code())
                    .isEqualTo(550);
        }
        postfix.awaitEmptyQueue();
        assertThat(postfix.mailbox(BOB)).hasSize(2);
        assertThat(finished).hasSize(3);
    }

    private static byte[] mail(String author, String subject) {
        return octets(text(author, subject));
    }

    private static String text(String author, String subject) {
        return "From: " + author + "\r\nTo: " + BOB + "\r\nSubject: " + subject
                + "\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@test.example>\r\n\r\n"
                + "A line.\r\n.hidden dot\r\n\r\nEnd  of \t text \r\n\r\n";
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
