package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.FORWARDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complete James behind a trusted relay, with the processor in MAILETS.md. */
class AuthenticateMailServerIT {
    private static final String RELAY = "192.0.2.7";
    private static final String RECEIVED = String.join(
            "\r\n",
            "Received: from %2$s (unknown [%1$s])",
            "\tby relay.home.example (Postfix) with ESMTP id 4XYZ",
            "\tfor <bob@home.example>; Mon, 23 Nov 2026 12:00:02 +0000 (UTC)",
            "");

    @TempDir
    private Path directory;

    @Test
    void mailGoesToTheProcessorOfItsVerdict() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                JamesInstance james = JamesInstance.start(directory, MailetServer.CHAIN, processors(dns))) {
            relay(james, FORGER, "bulk@forger.example", sampleMessage("ceo@sender.example"));
            relay(james, FORGER, "bulk@forger.example", sampleMessage("ceo@careful.example"));
            // James has replaced the 8-bit octets of header fields, which breaks a signature over them.
            String genuine = signed(sampleMessage("ada@sender.example").replace("caf\u00E9 \u00FC", "plain"));
            relay(james, FORWARDER, "list@forwarder.example", genuine);

            assertThat(james.awaitStored("rejected", 1))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .contains(
                                    "From:  Ada <ceo@sender.example>",
                                    "spf=pass smtp.mailfrom=forger.example",
                                    "dmarc=fail"));
            assertThat(james.awaitStored("suspicious", 1))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .contains("From:  Ada <ceo@careful.example>", "\r\nX-Countersign-Verdict: quarantine;"));
            assertThat(james.awaitStored("inbox", 1))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .contains(
                                    "From:  Ada <ada@sender.example>",
                                    "spf=pass smtp.mailfrom=forwarder.example",
                                    "dmarc=pass")
                            .doesNotContain("X-Countersign-Verdict"));
        }
    }

    @Test
    void aRuleForOneRecipientDoesNotAffectTheOther() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                JamesInstance james = JamesInstance.start(directory, MailetServer.CHAIN, processors(dns, """
                    rules:
                      - { name: abuse-desk, when: { recipient: carol@home.example, dmarc: fail }, then: tag }
                    """))) {
            relay(james, FORGER, "bulk@forger.example", sampleMessage("ceo@sender.example"), BOB, "carol@home.example");

            assertThat(james.awaitStored("rejected", 1)).hasSize(1);
            assertThat(james.awaitStored("inbox", 1))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .containsOnlyOnce("Authentication-Results: ")
                            .containsOnlyOnce("X-Countersign-Verdict: tag; rule=abuse-desk"));
        }
    }

    @Test
    void theLogGivesTheReasonForAnUnknownOrigin() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                HookLogCapture log = new HookLogCapture();
                JamesInstance james = JamesInstance.start(directory, MailetServer.CHAIN, processors(dns));
                SmtpConnection smtp =
                        SmtpConnection.openThroughProxy(james.port(), RELAY).hello("relay.home.example")) {
            smtp.send(
                    "ada@sender.example",
                    List.of(BOB),
                    octets("Received: by somebody\r\n" + sampleMessage("x@nobody.example")));
            assertThat(james.awaitStored("inbox", 1)).hasSize(1);

            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("INFO message mail="))
                    .singleElement()
                    .asString()
                    .contains(
                            " client=unknown ",
                            " origin=\"a Received field of a trusted server cannot be read\" ",
                            " spf=none ");
        }
    }

    private static void relay(JamesInstance james, String client, String mailFrom, String message, String... recipients)
            throws Exception {
        List<String> to = recipients.length == 0 ? List.of(BOB) : List.of(recipients);
        String helo = "mail." + mailFrom.substring(mailFrom.indexOf('@') + 1);
        try (SmtpConnection smtp =
                SmtpConnection.openThroughProxy(james.port(), RELAY).hello("relay.home.example")) {
            assertThat(smtp.send(mailFrom, to, octets(RECEIVED.formatted(client, helo) + message))
                            .code())
                    .isEqualTo(250);
        }
    }

    private String processors(ZoneServer dns) throws Exception {
        return processors(dns, "");
    }

    private String processors(ZoneServer dns, String rules) throws Exception {
        Path policy = MailetServer.policy(directory, dns);
        Files.writeString(policy, rules, StandardOpenOption.APPEND);
        String root = MailetServer.swap(
                Readme.mailets("xml", "AuthenticateMail"), "/etc/countersign/countersign.yaml", policy.toString());
        return MailetServer.swap(root, "<processor>transport</processor>", "<processor>inbox</processor>")
                + MailetServer.repository("rejected")
                + MailetServer.repository("suspicious")
                + MailetServer.repository("inbox");
    }
}
