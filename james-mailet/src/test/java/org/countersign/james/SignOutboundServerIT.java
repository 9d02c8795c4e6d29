package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.octets;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.SmtpSink;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A complete James with the processor in MAILETS.md. Submitted mail arrives at another mail server with a signature that
 * an independent verifier accepts.
 */
class SignOutboundServerIT {
    private static final String HEADER = String.join(
            "\r\n",
            "From: Ada <ada@sender.example>",
            "To: bob@remote.example",
            "Subject: a sampleMessage",
            "Date: Mon, 23 Nov 2026 12:00:00 +0000",
            "Message-ID: <1@sender.example>",
            "");
    private static final String EDIT = "X-Edit: yes\r\n";

    @TempDir
    private Path directory;

    @BeforeAll
    static void assumeAVerifier() throws Exception {
        Dkimpy.assumeInstalled();
    }

    private static Map<String, String> letters() {
        Map<String, String> letters = new LinkedHashMap<>();
        letters.put("plain", HEADER + "\r\nHello\r\n.\r\n..dots  \r\n\r\n\r\n");
        letters.put(
                "eight-bit",
                HEADER + "MIME-Version: 1.0 (by a program)\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\ncaf\u00C3\u00A9 \r\n");
        letters.put("eight-bit without a word", HEADER + "\r\ncaf\u00E9\r\n");
        letters.put("long line", HEADER + "\r\n" + "x".repeat(1500) + "\r\n");
        letters.put(
                "multipart",
                HEADER + "Mime-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"=_b 1\"\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\npreamble\r\n--=_b 1\r\n"
                        + "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                        + "<p>caf\u00E9</p>\r\n--=_b 1\r\nContent-Type: application/pdf\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\n\u00FF\u00FE\r\n--=_b 1--\r\nepilogue\r\n");
        letters.put("empty", HEADER + "\r\n");
        letters.put("without a body", HEADER);
        letters.put("bare", "From: ada@sender.example\r\n\r\nHello\r\n");
        return letters;
    }

    @Test
    void submittedMailArrivesWithAValidSignature() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                SmtpSink modern = SmtpSink.modern();
                SmtpSink old = SmtpSink.sevenBitOnly();
                JamesInstance james = JamesInstance.start(directory, MailetServer.CHAIN, processors(dns, modern, old));
                SmtpConnection smtp = logIn(james)) {
            Map<String, String> found = new LinkedHashMap<>();
            Map<String, String> expected = new LinkedHashMap<>();
            List<SmtpSink.Taken> edited = new ArrayList<>();
            for (Map.Entry<String, String> sampleMessage : letters().entrySet()) {
                for (String edit : List.of("", EDIT)) {
                    String name = sampleMessage.getKey() + (edit.isEmpty() ? "" : ", edited");
                    String message = edit + sampleMessage.getValue();
                    expected.put(name + ", to a modern server", "pass");
                    expected.put(name + ", to an old server", "pass");
                    send(smtp, "bob@remote.example", message);
                    SmtpSink.Taken one = modern.await();
                    assertThat(one.message().chars()).allMatch(octet -> octet < 0x80);
                    found.put(name + ", to a modern server", verify(one));
                    send(smtp, "bob@old.example", message);
                    SmtpSink.Taken other = old.await();
                    found.put(name + ", to an old server", verify(other));
                    // With this server, conversion would break any signature.
                    expected.put(name + ", not recoded", "pass");
                    send(smtp, "bob@as-it-is.example", message);
                    found.put(name + ", not recoded", verify(modern.await()));
                    if (!edit.isEmpty()) {
                        edited.addAll(List.of(one, other));
                    }
                }
            }

            assertThat(found).isEqualTo(expected);
            assertThat(edited)
                    .allSatisfy(taken -> assertThat(taken.message()).contains("\r\nX-Added: by an earlier mailet\r\n"));
        }
    }

    private static String verify(SmtpSink.Taken taken) throws Exception {
        return Dkimpy.verify(
                taken.message().getBytes(StandardCharsets.ISO_8859_1),
                "test._domainkey.sender.example",
                TestKeys.RSA.publicKeyRecord());
    }

    private static SmtpConnection logIn(JamesInstance james) throws Exception {
        SmtpConnection smtp =
                SmtpConnection.openThroughProxy(james.port(), "198.51.100.20").hello("laptop");
        String credentials =
                Base64.getEncoder().encodeToString("\0ada@sender.example\0secret".getBytes(StandardCharsets.UTF_8));
        assertThat(smtp.command("AUTH PLAIN " + credentials).code()).isEqualTo(235);
        return smtp;
    }

    private static void send(SmtpConnection smtp, String recipient, String message) throws Exception {
        assertThat(smtp.send("ada@sender.example", List.of(recipient), octets(message))
                        .toString())
                .startsWith("250 ");
    }

    private String processors(ZoneServer dns, SmtpSink modern, SmtpSink old) throws Exception {
        String policy = MailetServer.policy(directory, dns).toString();
        return """
            <processor state="root">
              <mailet match="HasHeader=X-Edit" class="SetMimeHeader">
                <name>X-Added</name><value>by an earlier mailet</value>
              </mailet>
              <mailet match="HostIs=old.example" class="ToProcessor"><processor>old</processor></mailet>
              <mailet match="HostIs=as-it-is.example" class="ToProcessor"><processor>as-it-is</processor></mailet>
              <mailet match="All" class="ToProcessor"><processor>relay</processor></mailet>
            </processor>
            """
                + relay(policy, modern)
                + MailetServer.swap(relay(policy, old), "state=\"relay\"", "state=\"old\"")
                + MailetServer.swap(
                        MailetServer.swap(relay(policy, modern), "<make-7bit>true", "<make-7bit>false"),
                        "state=\"relay\"",
                        "state=\"as-it-is\"");
    }

    /** The processor of the page, which sends to the server of the test.  */
    private static String relay(String policy, SmtpSink sink) throws Exception {
        String relay =
                MailetServer.swap(Readme.mailets("xml", "SignOutbound"), "/etc/countersign/countersign.yaml", policy);
        String queue = MailetServer.swap(
                relay, "<outgoing>outgoing</outgoing>", "<outgoing>to-" + sink.port() + "</outgoing>");
        return MailetServer.swap(
                queue,
                "<bounceProcessor>",
                "<gateway>127.0.0.1</gateway><gatewayPort>" + sink.port() + "</gatewayPort>\n    <bounceProcessor>");
    }
}
