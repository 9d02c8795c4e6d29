package org.countersign.sendmail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.MessageOutcome;
import org.countersign.canonical.Canonicalization;
import org.countersign.dkim.MailDkim;
import org.countersign.dns.StaticZone;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.IndependentVerifier;
import org.countersign.postfix.PolicyBridge;
import org.countersign.signature.SigningDefaults;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.TestMessage;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the signature of a message with unusual content verifies after Sendmail has sent it on. */
@Timeout(600)
class SendmailContentIT extends SendmailTestBase {
    private static final String ALICE = "alice@receiver.example";
    private static final String FRIEND = "friend@elsewhere.example";
    private static final String FROM = "From: " + ALICE + "\r\n";
    private static final String DATE = "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n";
    private static final String ID = "Message-ID: <1@receiver.example>\r\n";
    private static final String USUAL = FROM + "To: " + FRIEND + "\r\n" + DATE + ID;

    @SuppressWarnings("NullAway.Init")
    private ZoneServer dns;

    @SuppressWarnings("NullAway.Init")
    private MailDkim mailDkim;

    @BeforeEach
    void startVerifiers() throws IOException {
        IndependentVerifier.assumeInstalled();
        assumeTrue(MailDkim.hasPerl(), "no perl");
        StaticZone.Builder zone = StaticZone.builder();
        PolicyBridge.keys().forEach(zone::txt);
        dns = ZoneServer.start(zone.build());
        mailDkim = MailDkim.start(dns);
        assumeTrue(mailDkim.ability() != MailDkim.Ability.NOTHING, "no Mail::DKIM (libmail-dkim-perl)");
    }

    @AfterEach
    void stopVerifiers() throws IOException {
        if (mailDkim != null) {
            mailDkim.close();
        }
        if (dns != null) {
            dns.close();
        }
    }

    private void start(Canonicalization canonicalization, SendmailSettings settings) throws IOException {
        startBridge(
                "unix",
                """
                authserv-id: mx.receiver.example
                mode: enforce
                signing: { keys: [{ domain: receiver.example, selector: s, key-file: k }] }
                """,
                StaticZone.builder().build(),
                SigningDefaults.DEFAULT.withCanonicalizations(canonicalization, canonicalization));
        startSendmail(settings);
    }

    private static SendmailSettings settings() {
        return SendmailSettings.of("mx.receiver.example");
    }

    private static Map<String, String> intact() {
        Map<String, String> messages = new LinkedHashMap<>();
        messages.put("two spaces", USUAL + "Subject:  two spaces\r\n\r\nx\r\n");
        messages.put("no space", USUAL + "Subject:no space\r\n\r\nx\r\n");
        messages.put("a tab", USUAL + "Subject:\ttab\r\n\r\nx\r\n");
        messages.put("an empty field", USUAL + "Subject:\r\n\r\nx\r\n");
        messages.put("a field of one space", USUAL + "Subject: \r\n\r\nx\r\n");
        messages.put("folds", USUAL + "Subject: one\r\n  two\r\n\tthree  \r\n\r\nx\r\n");
        messages.put("a field that begins with a fold", USUAL + "Subject:\r\n folded\r\n\r\nx\r\n");
        messages.put("a space before the colon", USUAL + "SUBJECT : spelled\r\n\r\nx\r\n");
        messages.put("an 8-bit field", USUAL + "Subject: gr\u00c3\u00bc\u00c3\u009f\r\n\r\nx\r\n");
        messages.put("an 8-bit body", USUAL + """
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: 8bit\r
                \r
                gr\u00c3\u00bc\u00c3\u009f\r
                """);
        messages.put("spaces and empty lines at the end", USUAL + "\r\nx  \t\r\n\r\n \r\n\r\n\r\n");
        messages.put("dots", USUAL + "\r\n.\r\n..\r\n.x\r\n");
        messages.put("an empty body", USUAL + "\r\n");
        messages.put("no body", USUAL);
        messages.put("no addressee", FROM + DATE + ID + "\r\nx\r\n");
        messages.put("a line of 2040 octets", USUAL + "\r\n" + "x".repeat(2040) + "\r\n");
        messages.put("a field of 989 octets", USUAL + "Subject: " + "x".repeat(980) + "\r\n\r\nx\r\n");
        messages.put("a body of 4 MB", USUAL + "\r\n" + "Some text of a line.  \r\n".repeat(180_000));
        return messages;
    }

    @ParameterizedTest
    @EnumSource(Canonicalization.class)
    void unusualContentKeepsItsSignature(Canonicalization canonicalization) throws Exception {
        start(canonicalization, settings());
        Map<String, String> results = new LinkedHashMap<>();
        Map<String, String> expected = new LinkedHashMap<>();
        for (Map.Entry<String, String> message : intact().entrySet()) {
            results.put(message.getKey(), result(message.getValue()));
            expected.put(message.getKey(), "verifies");
        }
        assertThat(results).isEqualTo(expected);
    }

    /** Documented in docs/sendmail.md. */
    @Test
    void whatSendmailChangesAfterTheFilterIsLostAndTheLogWarnsOfMostOfIt() throws Exception {
        start(Canonicalization.RELAXED, settings());
        Map<String, String> results = new LinkedHashMap<>();
        results.put("a line of 2050 octets", result(USUAL + "\r\n" + "x".repeat(2050) + "\r\n"));
        results.put("a field of 3009 octets", result(USUAL + "Subject: " + "x".repeat(3000) + "\r\n\r\nx\r\n"));
        results.put("no date", result(FROM + ID + "\r\nx\r\n"));
        results.put("no message-id", result(FROM + DATE + "\r\nx\r\n"));
        results.put("no author", result(DATE + ID + "\r\nx\r\n"));
        results.put("no header", result("\r\nx\r\n"));
        results.put(
                "a space before a comma", result(FROM + "To: a@x.example ,b@x.example\r\n" + DATE + ID + "\r\nx\r\n"));
        results.put("an address without a domain", result(FROM + "To: bob\r\n" + DATE + ID + "\r\nx\r\n"));
        results.put("an address at localhost", result(USUAL + "Cc: bob@localhost\r\n\r\nx\r\n"));
        results.put("a sender without a domain", result(USUAL + "Sender: bob\r\n\r\nx\r\n"));
        results.put("a dot after a domain", result(FROM + "To: b@x.example.\r\n" + DATE + ID + "\r\nx\r\n"));
        results.put(
                "a dot in a name without quotes",
                result(FROM + "To: J. Doe <b@x.example>\r\n" + DATE + ID + "\r\nx\r\n"));
        assertThat(results)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("a line of 2050 octets", "is broken, with a warning"),
                        Map.entry("a field of 3009 octets", "is broken, with a warning"),
                        Map.entry("no date", "is broken, with a warning"),
                        Map.entry("no message-id", "is broken, with a warning"),
                        Map.entry("no author", "is not signed, with a warning"),
                        Map.entry("no header", "is not signed, with a warning"),
                        Map.entry("a space before a comma", "is broken"),
                        Map.entry("an address without a domain", "is broken"),
                        Map.entry("an address at localhost", "is broken"),
                        Map.entry("a sender without a domain", "is broken"),
                        Map.entry("a dot after a domain", "is broken"),
                        Map.entry("a dot in a name without quotes", "is broken")));
    }

    /** Documented in docs/sendmail.md: Sendmail writes lists of addresses with its own folds. */
    @Test
    void aListOfAddressesKeepsItsSignatureOnlyIfTheHeaderIsRelaxed() throws Exception {
        String message = FROM + "To: " + "someone@elsewhere.example,\r\n\t".repeat(200) + FRIEND + "\r\n" + DATE + ID
                + "\r\nx\r\n";
        start(Canonicalization.RELAXED, settings());
        assertThat(result(message)).isEqualTo("verifies");
        stop();
        requireSendmail();
        start(Canonicalization.SIMPLE, settings());
        assertThat(result(message)).isEqualTo("is broken");
    }

    /** Documented in docs/sendmail.md. */
    @Test
    void sendmailSplitsLinesOf991OctetsUnlessItsMailerHasALongerLimit() throws Exception {
        String message = USUAL + "\r\n" + "x".repeat(998) + "\r\n";
        SendmailSettings esmtp = settings().withDaemonLine("define(`SMART_HOST', `esmtp:[127.0.0.1]')dnl");
        start(Canonicalization.RELAXED, esmtp);
        assertThat(result(message)).isEqualTo("is broken");
        stop();
        requireSendmail();
        start(Canonicalization.RELAXED, esmtp.withDaemonLine("define(`SMTP_MAILER_LL', `2040')dnl"));
        assertThat(result(message)).isEqualTo("verifies");
    }

    @Test
    void octetsThatEndALineForSomeProgramsAreRefusedBySendmail() throws Exception {
        start(Canonicalization.RELAXED, settings());
        assertThat(result(USUAL + "\r\nx\0y\r\n")).startsWith("554 5.6.1");
        assertThat(result(USUAL + "\r\nx\ry\r\n")).startsWith("421 4.5.0");
        assertThat(result(USUAL + "\r\nx\ny\r\n")).startsWith("421 4.5.0");
        assertThat(result(USUAL + "\r\nx\r\n")).isEqualTo("verifies");
    }

    private String result(String message) throws Exception {
        try (SmtpConnection smtp = sendmail.login()) {
            SmtpConnection.Reply reply = smtp.send(ALICE, List.of(FRIEND), octets(message));
            if (!reply.isPositive()) {
                return reply.toString();
            }
        }
        String results = verify(delivered());
        MessageOutcome.Signed outcome = (MessageOutcome.Signed) bridge.next().outcome();
        String warned = outcome.hazards().isEmpty() && !outcome.lacksAuthor() ? "" : ", with a warning";
        return switch (results) {
            case "pass pass" -> "verifies";
            case " " -> "is not signed" + warned;
            default -> "is broken" + warned;
        };
    }

    private String verify(DeliveredMessage delivered) throws IOException {
        List<String> first = IndependentVerifier.verify(delivered.octets(), PolicyBridge.keys(), Instant.now());
        List<String> second = mailDkim.verify(TestMessage.parse(delivered.text()));
        return String.join(",", first) + " " + String.join(",", second);
    }
}
