package org.countersign.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.cli.Markdown;
import org.countersign.dns.StaticZone;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.IndependentVerifier;
import org.countersign.postfix.PolicyBridge;
import org.countersign.signature.SigningDefaults;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configuration and the commands of docs/sendmail.md with a real Sendmail. */
@Timeout(600)
class SendmailDocumentIT extends SendmailTestBase {
    private static final String DOCUMENT = "docs/sendmail.md";
    private static final String ALICE = "alice@receiver.example";
    private static final String FRIEND = "friend@elsewhere.example";

    @BeforeEach
    void requireVerifier() throws IOException {
        IndependentVerifier.assumeInstalled();
    }

    private static String only(String language) throws IOException {
        List<String> blocks = Markdown.blocks(DOCUMENT, language);
        assertThat(blocks).hasSize(1);
        return blocks.getFirst();
    }

    /** The only command of the document that begins with these words, for the names of this test. */
    private static String command(String words) throws IOException {
        List<String> found = Markdown.commands(DOCUMENT).stream()
                .filter(line -> line.startsWith(words))
                .toList();
        assertThat(found).as(words).hasSize(1);
        return found.getFirst().replace("example.org", "receiver.example");
    }

    /** With the documented lines of both programs. */
    private void start() throws IOException {
        startBridge(
                "unix",
                only("yaml").replace("example.org", "receiver.example"),
                StaticZone.builder().build(),
                SigningDefaults.DEFAULT);
        startConfigured(SendmailSettings.of("mx.receiver.example").withDaemonLine(only("m4")));
    }

    private DeliveredMessage assertSigned() throws Exception {
        DeliveredMessage delivered = delivered();
        assertThat(PolicyBridge.isSignedOnce(delivered)).as(delivered.text()).isTrue();
        return delivered;
    }

    @Test
    void theTestMessageIsSignedAndTheDaemonUsesTheDocumentedLines() throws Exception {
        start();
        sendmail.run(command("printf"));
        assertThat(assertSigned().values("From")).singleElement().asString().contains("root@receiver.example");
        assertThat(rule()).isEqualTo("signed");

        // The same configuration file as at the start.
        String before = sendmail.run("cat /etc/mail/sendmail.cf");
        sendmail.run(command("m4"));
        assertThat(sendmail.run("cat /etc/mail/sendmail.cf").lines().filter(line -> !line.startsWith("#")))
                .containsExactlyElementsOf(
                        before.lines().filter(line -> !line.startsWith("#")).toList());
        assertThat(before).contains("Xcountersign, S=unix:/run/countersign/milter.sock, F=T, T=C:30s;S:30s;R:60s;E:5m");
    }

    @Test
    void theDocumentedLinesKeepTheAuthorThatWasChecked() throws Exception {
        startBridge(
                "unix",
                only("yaml").replace("monitor", "enforce") + "inbound: { skip-networks: [] }\n",
                StaticZone.builder()
                        .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
                        .build(),
                SigningDefaults.DEFAULT);
        writeHosts("192.0.2.1 bank.example alias.forger.example");
        startConfigured(SendmailSettings.of("mx.receiver.example").withDaemonLine(only("m4")));
        try (SmtpConnection smtp = sendmail.smtpFrom("127.0.0.66", "mail.forger.example")) {
            byte[] forged = octets("From: ceo@alias.forger.example\r\nTo: " + ALICE
                    + "\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n");
            assertThat(smtp.send("bulk@forger.example", List.of(ALICE), forged).code())
                    .isEqualTo(250);
        }
        assertThat(delivered().values("From")).singleElement().asString().contains("ceo@alias.forger.example");
    }

    @Test
    void aDaemonNamedOriginatingSignsForEveryClient() throws Exception {
        startBridge(
                "inet",
                only("yaml")
                        .replace("example.org", "receiver.example")
                        .replace("keys:", "when: { local: false }\n  keys:"),
                StaticZone.builder().build(),
                SigningDefaults.DEFAULT);
        startSendmail(SendmailSettings.of("mx.receiver.example").withDaemonName("ORIGINATING"));
        try (SmtpConnection smtp = sendmail.smtpFrom("127.0.0.99", "printer.receiver.example")) {
            assertThat(smtp.send(ALICE, List.of("bob@receiver.example"), mail()).code())
                    .isEqualTo(250);
        }
        assertSigned();
    }

    @Test
    void theSymptomsOfAFilterThatCannotBeReachedAreDescribed() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("countersign.root"), DOCUMENT));
        start();
        String unsafe = "Milter (countersign): local socket name /run/countersign/milter.sock unsafe";
        String temporary = "454 4.3.0 Please try again later";
        assertThat(document).contains("`" + unsafe + "`", "`" + temporary + "`");
        sendmail.run("chmod 775 /run/countersign");
        assertRefused(temporary);
        sendmail.awaitLog(unsafe);
        sendmail.run("chmod 755 /run/countersign");
        try (SmtpConnection smtp = sendmail.login()) {
            assertThat(smtp.send(ALICE, List.of(FRIEND), mail()).code()).isEqualTo(250);
        }
        assertSigned();
        bridge.close();
        assertRefused(temporary);
    }

    @Test
    void theSymptomOfAPortWithoutAFilterIsDescribed() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("countersign.root"), DOCUMENT));
        startBridge("inet", only("yaml"), StaticZone.builder().build(), SigningDefaults.DEFAULT);
        startSendmail(SendmailSettings.of("mx.receiver.example"));
        assertThat(bridge.address()).isInstanceOf(ListenAddress.Inet.class);
        bridge.close();
        String refused = "Milter (countersign): error connecting to filter: Connection refused by";
        assertThat(document).contains("`" + refused + "`");
        assertRefused("454 4.3.0 Please try again later");
        sendmail.awaitLog(refused);
    }

    /** All commands of a session get a temporary error. */
    private void assertRefused(String reply) throws IOException {
        try (SmtpConnection smtp = sendmail.smtp().hello("client.example")) {
            assertThat(smtp.command("MAIL FROM:<" + ALICE + ">").code()).isEqualTo(451);
            assertThat(smtp.command("AUTH PLAIN").toString()).isEqualTo(reply);
        }
    }

    private static byte[] mail() {
        return octets(
                "From: " + ALICE + "\r\nTo: " + FRIEND + "\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
                        + "Message-ID: <1@receiver.example>\r\n\r\n" + "x".repeat(998) + "\r\n");
    }
}
