package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.countersign.dns.StaticZone;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Mail from the host of Postfix itself: mail of local programs, bounces, and reinjected mail of other senders.
 */
@Execution(ExecutionMode.CONCURRENT)
class LocalMailIT {
    private static final String BOB = "bob@receiver.example";

    // Set by start(), which every test calls first.
    @SuppressWarnings("NullAway.Init")
    private PolicyBridge bridge;

    @SuppressWarnings("NullAway.Init")
    private PostfixInstance postfix;

    @BeforeEach
    void requirePostfix() throws IOException {
        MtaTools.assumePostfix();
        MtaTools.assumeInstalled("sendmail");
        IndependentVerifier.assumeInstalled();
    }

    /** With a key and default settings. */
    private void start(String more) throws IOException {
        bridge = PolicyBridge.start("""
                authserv-id: mx.receiver.example
                mode: enforce
                signing: { keys: [{ domain: receiver.example, selector: s, key-file: k }] }
                """ + more, StaticZone.builder().build());
        String address = bridge.address().toString();
        postfix = PostfixInstance.start(PostfixSettings.delivering(BOB)
                .withInboundMilters(address)
                .with("non_smtpd_milters", address)
                .with("internal_mail_filter_classes", "bounce")
                .with("myorigin", "receiver.example"));
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
    }

    private FinishedMessage next() throws InterruptedException {
        return bridge.next();
    }

    @Test
    void mailOfAProgramIsSigned() throws Exception {
        start("");
        postfix.sendmail("root@receiver.example", BOB, mail("Cron Daemon <root@receiver.example>"));
        assertSigned(postfix.takeOnlyMessage(BOB));
        assertThat(next().outcome().decision().rule()).isEqualTo("signed");
    }

    @Test
    void mailOverTheLoopbackNetworkIsSigned() throws Exception {
        start("");
        try (SmtpConnection smtp = postfix.inbound()) {
            assertThat(smtp.hello("localhost")
                            .send("root@receiver.example", List.of(BOB), mail("root@receiver.example"))
                            .code())
                    .isEqualTo(250);
        }
        assertSigned(postfix.takeOnlyMessage(BOB));
    }

    @Test
    void aBounceIsSigned() throws Exception {
        start("");
        postfix.sendmail(BOB, "nobody@elsewhere.example", mail(BOB));
        assertThat(next().outcome().decision().rule()).isEqualTo("signed");
        DeliveredMessage bounce = postfix.takeOnlyMessage(BOB);
        assertThat(bounce.values("From")).singleElement().asString().contains("MAILER-DAEMON@receiver.example");
        assertSigned(bounce);
    }

    @Test
    void aMessageThatComesBackSignedIsNotSignedASecondTime() throws Exception {
        start("");
        postfix.sendmail("root@receiver.example", BOB, mail("root@receiver.example"));
        DeliveredMessage first = postfix.takeOnlyMessage(BOB);
        assertSigned(first);
        assertThat(next().outcome().decision().rule()).isEqualTo("signed");

        postfix.sendmail("root@receiver.example", BOB, first.octets());

        assertSigned(postfix.takeOnlyMessage(BOB));
        assertThat(next().outcome().decision().rule()).isEqualTo("already-signed");
    }

    @Test
    void anAuthenticatedMessageIsNotSignedWhenItIsReinjected() throws Exception {
        start("");
        byte[] judged = arrived();
        assertThat(new String(judged, StandardCharsets.ISO_8859_1))
                .contains("\r\nAuthentication-Results: mx.receiver.example;");
        assertComesBackAsItIs(judged, "already-judged");
    }

    @Test
    void aRemoteMessageIsNotSignedWhenItIsReinjectedWithoutAuthentication() throws Exception {
        start("");
        String unjudged = new String(arrived(), StandardCharsets.ISO_8859_1)
                .replaceFirst("Authentication-Results:[^\r]*\r\n([ \t][^\r]*\r\n)*", "");
        assertThat(unjudged)
                .doesNotContain("Authentication-Results")
                .contains("Received: from mail.forger.example (unknown [203.0.113.66])");
        assertComesBackAsItIs(unjudged.getBytes(StandardCharsets.ISO_8859_1), "not-from-this-machine");
    }

    /** A forged message in the name of our domain, as Postfix stores it. */
    private byte[] arrived() throws Exception {
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "mail.forger.example")) {
            assertThat(smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@receiver.example"))
                            .code())
                    .isEqualTo(250);
        }
        assertThat(next().outcome().decision().rule()).isEqualTo("default");
        return postfix.takeOnlyMessage(BOB).octets();
    }

    private void assertComesBackAsItIs(byte[] message, String rule) throws Exception {
        postfix.sendmail("bulk@forger.example", BOB, message);
        assertUnchanged(postfix.takeOnlyMessage(BOB), message, rule);
        try (SmtpConnection smtp = postfix.inbound()) {
            assertThat(smtp.hello("localhost")
                            .send("bulk@forger.example", List.of(BOB), message)
                            .code())
                    .isEqualTo(250);
        }
        assertUnchanged(postfix.takeOnlyMessage(BOB), message, rule);
    }

    private void assertUnchanged(DeliveredMessage delivered, byte[] message, String rule) throws Exception {
        assertThat(next().outcome().decision().rule()).isEqualTo(rule);
        assertThat(delivered.values("DKIM-Signature")).isEmpty();
        String before = new String(message, StandardCharsets.ISO_8859_1);
        List<String> results = delivered.fields().stream()
                .filter(field -> field.startsWith("Authentication-Results:"))
                .toList();
        assertThat(results)
                .hasSize(before.contains("Authentication-Results:") ? 1 : 0)
                .allMatch(before::contains);
    }

    @Test
    void aForgeryFromOutsideIsStillRejected() throws Exception {
        start("protect: [receiver.example]\n");
        try (SmtpConnection smtp = postfix.inbound().pretend("203.0.113.66", "localhost")) {
            assertThat(smtp.send("root@receiver.example", List.of(BOB), mail("root@receiver.example"))
                            .toString())
                    .startsWith("550 5.7.26");
        }
        postfix.awaitEmptyQueue();
        assertThat(postfix.mailbox(BOB)).isEmpty();
    }

    private static void assertSigned(DeliveredMessage delivered) throws IOException {
        assertThat(PolicyBridge.isSignedOnce(delivered)).as(delivered.text()).isTrue();
        assertThat(delivered.values("Authentication-Results")).isEmpty();
    }

    private static byte[] mail(String author) {
        return List.of(
                        "From: " + author,
                        "To: " + BOB,
                        "Subject: backup",
                        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
                        "Message-ID: <1@receiver.example>",
                        "",
                        "All is well.",
                        "")
                .stream()
                .collect(Collectors.joining("\r\n"))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
