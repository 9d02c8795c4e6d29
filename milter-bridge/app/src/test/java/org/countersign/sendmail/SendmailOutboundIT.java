package org.countersign.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.countersign.dns.StaticZone;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.IndependentVerifier;
import org.countersign.postfix.PolicyBridge;
import org.countersign.signature.SigningDefaults;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail of local users and programs, and bounces, through a real Sendmail and the bridge. */
@Timeout(600)
class SendmailOutboundIT extends SendmailTestBase {
    private static final String ALICE = "alice@receiver.example";
    private static final String FRIEND = "friend@elsewhere.example";

    @BeforeEach
    void requireVerifier() throws IOException {
        IndependentVerifier.assumeInstalled();
    }

    private void start(String kind) throws IOException {
        startBridge(kind, """
                authserv-id: mx.receiver.example
                mode: enforce
                signing: { keys: [{ domain: receiver.example, selector: s, key-file: k }] }
                """, StaticZone.builder().build(), SigningDefaults.DEFAULT);
        startSendmail(SendmailSettings.of("mx.receiver.example"));
    }

    private DeliveredMessage assertSigned() throws Exception {
        DeliveredMessage delivered = delivered();
        assertThat(PolicyBridge.isSignedOnce(delivered)).as(delivered.text()).isTrue();
        assertThat(delivered.values("Authentication-Results")).isEmpty();
        return delivered;
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void mailOfAUserWhoHasLoggedInIsSigned(String kind) throws Exception {
        start(kind);
        try (SmtpConnection smtp = sendmail.login()) {
            assertThat(smtp.send(ALICE, List.of(FRIEND), mail(ALICE)).code()).isEqualTo(250);
        }
        assertSigned();
        FinishedMessage finished = bridge.next();
        assertThat(finished.outcome().decision().rule()).isEqualTo("signed");
        assertThat(finished.envelope().macros().authenticatedUser()).contains("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void mailOfAProgramIsSigned(String kind) throws Exception {
        start(kind);
        sendmail.run(unix(mail(ALICE)), "sendmail -i -f " + ALICE + " " + FRIEND);
        assertSigned();
        assertThat(rule()).isEqualTo("signed");
    }

    @Test
    void mailOfAProgramThatSpeaksSmtpOnStandardInputIsSigned() throws Exception {
        start("unix");
        sendmail.run(mail(ALICE), """
                cat >/tmp/message
                exec python3 - %s %s <<'END'
                import subprocess, sys
                smtp = subprocess.Popen(
                    ["sendmail", "-bs", "-C", "/etc/mail/sendmail.cf"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                message = open("/tmp/message", "rb").read()
                mail = b"MAIL FROM:<" + sys.argv[1].encode() + b">\\r\\n"
                recipient = b"RCPT TO:<" + sys.argv[2].encode() + b">\\r\\n"
                for command in b"", b"EHLO localhost\\r\\n", mail, recipient, b"DATA\\r\\n", message + b".\\r\\n":
                    smtp.stdin.write(command)
                    smtp.stdin.flush()
                    reply = b"----"
                    while reply[3:4] == b"-":
                        reply = smtp.stdout.readline()
                    assert reply[:1] in (b"2", b"3"), reply
                END
                """.formatted(ALICE, FRIEND));
        assertSigned();
        assertThat(rule()).isEqualTo("signed");
    }

    /** Documented in docs/sendmail.md. */
    @Test
    void mailThatAProgramGivesToTheConfigurationOfTheDaemonIsNotShownToFilters() throws Exception {
        start("unix");
        sendmail.run(unix(mail(ALICE)), "sendmail -bm -C /etc/mail/sendmail.cf -i -f " + ALICE + " " + FRIEND);
        assertThat(delivered().values("DKIM-Signature")).isEmpty();
        assertThat(bridge.isIdle()).isTrue();
    }

    @Test
    void aMessageThatPassesTheFilterOnTwoHopsIsSignedOnce() throws Exception {
        start("inet");
        SendmailInstance upstream =
                startUpstream(SendmailSettings.of("web.receiver.example").withFilter(bridge.address()));
        try (SmtpConnection smtp = upstream.smtp().hello("localhost")) {
            assertThat(smtp.send(ALICE, List.of(FRIEND), mail(ALICE)).code()).isEqualTo(250);
        }
        assertSigned();
        assertThat(List.of(rule(), rule())).containsExactly("signed", "already-signed");
    }

    @Test
    void aBounceThatPassesADaemonWithTheFilterIsSignedWhateverItContains() throws Exception {
        start("inet");
        SendmailInstance upstream =
                startUpstream(SendmailSettings.of("web.receiver.example").withDaemonLine("""
                MASQUERADE_AS(`receiver.example')dnl
                LOCAL_RULESETS
                SLocal_check_rcpt
                R$* unknown@$*\t$#error $@ 5.1.1 $: "550 no such user"
                """));
        // The submission program is refused, and sends the bounce through the daemon.
        upstream.run(unix(mail(ALICE)), "! sendmail -i -f " + ALICE + " unknown@elsewhere.example");
        DeliveredMessage bounce = assertSigned();
        assertThat(bounce.values("From")).singleElement().asString().contains("MAILER-DAEMON");
        assertThat(rule()).isEqualTo("signed");
    }

    /** Documented in docs/sendmail.md. */
    @Test
    void aBounceThatADaemonMakesAndSendsItselfIsNotShownToFilters() throws Exception {
        start("inet");
        try (SmtpConnection smtp = sendmail.login()) {
            assertThat(smtp.send(ALICE, List.of("unknown@elsewhere.example"), mail(ALICE))
                            .code())
                    .isEqualTo(250);
        }
        assertThat(rule()).isEqualTo("signed");
        DeliveredMessage bounce = delivered();
        assertThat(bounce.values("From")).singleElement().asString().contains("MAILER-DAEMON");
        assertThat(bounce.values("DKIM-Signature")).isEmpty();
        assertThat(bridge.isIdle()).isTrue();
    }

    /** A message with line ends of the system, as programs give it to sendmail(1). */
    private static byte[] unix(byte[] message) {
        return octets(new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n"));
    }

    private static byte[] mail(String author) {
        return octets(List.of(
                        "From: " + author,
                        "To: " + FRIEND,
                        "Subject: backup",
                        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
                        "Message-ID: <1@receiver.example>",
                        "",
                        "All is well.",
                        "")
                .stream()
                .collect(Collectors.joining("\r\n")));
    }
}
