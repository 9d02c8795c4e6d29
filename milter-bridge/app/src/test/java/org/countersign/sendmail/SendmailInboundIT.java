package org.countersign.sendmail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.countersign.cli.Markdown;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.signature.SigningDefaults;
import org.countersign.testing.SmtpConnection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mail from outside through a real Sendmail and the bridge, over both kinds of sockets. Sendmail cannot be told another
 * client address, so the strangers here have addresses of the loopback network, which is not exempt.
 */
@Timeout(600)
class SendmailInboundIT extends SendmailTestBase {
    private static final String BOB = "bob@receiver.example";
    private static final String SENDER = "127.0.0.10";
    private static final String FORGER = "127.0.0.66";
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:127.0.0.10 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .failure("_dmarc.broken.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE)
            .build();

    private void start(String kind) throws IOException {
        startBridge(kind, """
                authserv-id: mx.receiver.example
                mode: enforce
                quarantine: hold
                inbound: { skip-networks: [] }
                signing: { when: { local: false } }
                dmarc: { treat-as: { quarantine: [doubtful.example] } }
                """, ZONE, SigningDefaults.DEFAULT);
        startSendmail(SendmailSettings.of("mx.receiver.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void forgedMailIsRejectedWithOurTextAndGenuineMailIsDelivered(String kind) throws Exception {
        start(kind);
        try (SmtpConnection smtp = sendmail.smtpFrom(FORGER, "mail.forger.example")) {
            assertThat(smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@sender.example"))
                            .toString())
                    .startsWith("550 5.7.26 Email rejected per DMARC policy for sender.example");
        }
        try (SmtpConnection smtp = sendmail.smtpFrom(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("news@sender.example", List.of(BOB), mail("news@sender.example"))
                            .code())
                    .isEqualTo(250);
        }
        DeliveredMessage delivered = delivered();
        assertThat(delivered.fields()).first().asString().startsWith("Authentication-Results: mx.receiver.example;");
        assertThat(delivered.fields()).element(1).asString().startsWith("Received: from mail.sender.example");
        assertThat(delivered.values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("spf=pass smtp.mailfrom=sender.example")
                .contains("dmarc=pass header.from=sender.example policy.dmarc=reject");
        assertThat(nothingElseDelivered()).isTrue();
        FinishedMessage refused = bridge.next();
        assertThat(refused.envelope().helo()).isEqualTo("mail.forger.example");
        sendmail.awaitLog(refused.queueId() + ": Milter: data, reject=550 5.7.26 ");
        sendmail.awaitLog(bridge.next().queueId() + ": to=<bob@receiver.example>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<ceo@localhost>",
                "ceo@desk",
                "The boss <ceo>",
                "ceo, news@sender.example",
                "Smith, John <news@sender.example>",
                "news@sender.example, <ceo>"
            })
    void anAuthorWhoseAddressSendmailWouldCompleteIsRejected(String author) throws Exception {
        start("unix");
        try (SmtpConnection smtp = sendmail.smtpFrom(SENDER, "mail.sender.example")) {
            for (String mailFrom : List.of("news@sender.example", "")) {
                assertThat(smtp.send(mailFrom, List.of(BOB), mail(author)).toString())
                        .startsWith(
                                "550 5.7.1 The author of the message is not clear: an address in the From field has no"
                                        + " full domain");
            }
            assertThat(smtp.send("news@sender.example", List.of(BOB), mail("The boss [x] <news@sender.example>"))
                            .code())
                    .isEqualTo(250);
        }
        assertThat(delivered().values("From")).singleElement().asString().contains("<news@sender.example>");
        assertThat(nothingElseDelivered()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void mailOfADomainThatCannotBeCheckedIsDeferred(String kind) throws Exception {
        start(kind);
        try (SmtpConnection smtp = sendmail.smtpFrom(FORGER, "mail.forger.example")) {
            assertThat(smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@broken.example"))
                            .toString())
                    .startsWith("451 4.7.0 DMARC of broken.example cannot be evaluated now");
        }
        assertThat(sendmail.run("mailq")).contains("/var/spool/mqueue is empty");
        assertThat(nothingElseDelivered()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void quarantinedMailIsHeldWithTheReasonUntilItIsReleased(String kind) throws Exception {
        start(kind);
        try (SmtpConnection smtp = sendmail.smtpFrom(FORGER, "mail.forger.example")) {
            assertThat(smtp.send("bulk@forger.example", List.of(BOB), mail("ceo@doubtful.example"))
                            .code())
                    .isEqualTo(250);
        }
        String id = bridge.next().queueId();
        assertThat(sendmail.run("mailq")).contains("is empty");
        assertThat(sendmail.run("mailq -qQ")).contains(id).contains("QUARANTINE: treat-as-quarantine: ");
        assertThat(nothingElseDelivered()).isTrue();

        List<String> release = Markdown.commands("docs/sendmail.md").stream()
                .filter(line -> line.contains("QUEUEID"))
                .toList();
        assertThat(release).hasSize(2);
        for (String command : release) {
            sendmail.run(command.replace("QUEUEID", id));
        }

        DeliveredMessage delivered = delivered();
        assertThat(delivered.values("X-Countersign-Verdict"))
                .singleElement()
                .asString()
                .contains("rule=treat-as-quarantine");
        assertThat(delivered.values("Authentication-Results")).hasSize(1);
        assertThat(sendmail.run("mailq -qQ")).contains("is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void exactlyTheForgedFieldsAreRemovedAndOursIsOnTop(String kind) throws Exception {
        start(kind);
        String ours = "mx.receiver.example; dmarc=pass\r\n";
        byte[] message = octets("Authentication-Results: " + ours
                + "X-First: 1\r\n"
                + "authentication-results: a.example; spf=pass\r\n"
                + "Authentication-Results:\r\n (x) \"MX.Receiver.Example\" 1; dkim=pass\r\n"
                + "Authentication-Results:" + ours
                + "AUTHENTICATION-RESULTS: b.example; spf=pass\r\n"
                + "X-Second: 2\r\n"
                + "X-Countersign-Verdict: accept\r\n"
                + "Authentication-Results:  " + ours
                + text("someone@plain.example"));
        try (SmtpConnection smtp = sendmail.smtpFrom(FORGER, "mail.plain.example")) {
            assertThat(smtp.send("someone@plain.example", List.of(BOB), message).code())
                    .isEqualTo(250);
        }
        DeliveredMessage delivered = delivered();
        assertThat(delivered.fields())
                .first()
                .asString()
                .startsWith("Authentication-Results: mx.receiver.example;\r\n spf=none");
        assertThat(delivered.fields().stream()
                        .skip(1)
                        .filter(field -> !field.startsWith("Received:"))
                        .map(field -> field.substring(0, field.indexOf(':'))))
                .containsExactly(
                        "X-First",
                        "authentication-results",
                        "AUTHENTICATION-RESULTS",
                        "X-Second",
                        "From",
                        "To",
                        "Subject",
                        "Date",
                        "Message-ID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void eachMessageOfAConnectionIsJudgedByItselfAlsoAfterAbandonedOnes(String kind) throws Exception {
        start(kind);
        byte[] genuine = mail("news@sender.example");
        try (SmtpConnection smtp = sendmail.smtpFrom(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("news@sender.example", List.of(BOB), genuine).code())
                    .isEqualTo(250);
            smtp.command("MAIL FROM:<x@elsewhere.example>");
            assertThat(smtp.command("MAIL FROM:<y@elsewhere.example>").code()).isEqualTo(503);
            assertThat(smtp.command("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
            assertThat(smtp.command("NONSENSE").code()).isEqualTo(500);
            assertThat(smtp.command("RSET").code()).isEqualTo(250);
            assertThat(smtp.send("x@elsewhere.example", List.of(BOB), genuine).code())
                    .isEqualTo(550);
            assertThat(smtp.send("", List.of(BOB), mail("ceo@forger.example")).code())
                    .isEqualTo(250);
            smtp.command("MAIL FROM:<x@elsewhere.example>");
            smtp.hello("mail.sender.example");
            assertThat(smtp.send("news@sender.example", List.of(BOB), genuine).code())
                    .isEqualTo(250);
        }
        assertThat(List.of(bridge.next(), bridge.next(), bridge.next(), bridge.next()))
                .extracting(message -> message.envelope().mailFrom())
                .containsExactly("<news@sender.example>", "<x@elsewhere.example>", "<>", "<news@sender.example>");
        assertThat(bridge.isIdle()).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(delivered().values("Authentication-Results")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inet", "unix"})
    void aClientThatBreaksOffWithinAMessageLeavesNothingBehind(String kind) throws Exception {
        start(kind);
        try (SmtpConnection smtp = sendmail.smtpFrom(SENDER, "mail.sender.example")) {
            smtp.command("MAIL FROM:<news@sender.example>");
            smtp.command("RCPT TO:<" + BOB + ">");
            assertThat(smtp.command("DATA").code()).isEqualTo(354);
            smtp.abandon(octets("From: news@sender.example\r\n\r\nThe first line of many\r\n"));
        }
        try (SmtpConnection smtp = sendmail.smtpFrom(SENDER, "mail.sender.example")) {
            assertThat(smtp.send("news@sender.example", List.of(BOB), mail("news@sender.example"))
                            .code())
                    .isEqualTo(250);
        }
        assertThat(delivered().body()).startsWith("A line.");
        assertThat(bridge.next().envelope().mailFrom()).isEqualTo("<news@sender.example>");
        assertThat(bridge.isIdle()).isTrue();
        assertThat(nothingElseDelivered()).isTrue();
    }

    private static byte[] mail(String author) {
        return octets(text(author));
    }

    private static String text(String author) {
        return "From: " + author + "\r\nTo: " + BOB + "\r\nSubject: hello"
                + "\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@test.example>\r\n\r\n"
                + "A line.\r\n.hidden dot\r\n\r\nEnd  of \t text \r\n\r\n";
    }
}
