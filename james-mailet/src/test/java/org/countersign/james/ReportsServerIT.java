package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;
import static org.countersign.james.ReportMessage.REPORTS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.SmtpSink;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complete James with the hook of the README and the processors in docs/reports.md. */
class ReportsServerIT {
    private static final String POLICY_FILE = "/etc/countersign/countersign.yaml";

    @TempDir
    private Path directory;

    private int accepted;

    @Test
    void messagesAreCountedOnceAndReportsAreReadAndSent() throws Exception {
        Path state = directory.resolve("state");
        StoredReports store = new StoredReports(state.resolve("store.db"));
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                SmtpSink server = SmtpSink.modern()) {
            Path policy = policy(dns, state, server);
            try (JamesInstance james = JamesInstance.start(directory, hook(policy), processors(policy))) {
                // The directory of the store is missing: mail goes on, and nothing is lost.
                deliver(james, BOB, genuine());
                deliver(james, REPORTS, ReportMessage.signed("early", "home.example"));
                assertThat(james.awaitStored("unread-reports", 1))
                        .singleElement()
                        .satisfies(mail -> assertThat(mail).contains("Report-ID: <early>"));

                Files.createDirectory(state);
                // A store that failed is left alone for a moment.
                Await.until(() -> {
                    deliver(james, REPORTS, ReportMessage.signed("r1", "home.example"));
                    return !store.received().isEmpty();
                });
                assertThat(send(james, FORGER, BOB, sampleMessage("ceo@sender.example"))
                                .code())
                        .isEqualTo(550);
                deliver(james, BOB, genuine());
                assertThat(james.awaitStored("inbox", 2))
                        .hasSize(2)
                        .allSatisfy(mail -> assertThat(mail).doesNotContain("Report-ID"));

                // Its domain asks for failure reports; the hook refuses it, and the mailet never sees it.
                assertThat(send(james, FORGER, BOB, sampleMessage("ceo@asking.example"))
                                .code())
                        .isEqualTo(550);
                assertThat(server.await())
                        .satisfies(report -> assertThat(report.commands())
                                .anySatisfy(command -> assertThat(command).startsWith("MAIL FROM:<dmarc-noreply+b"))
                                .contains("RCPT TO:<ruf@asking.example>"))
                        .satisfies(report -> assertThat(report.message())
                                .startsWith("DKIM-Signature: ")
                                .contains("Auth-Failure: dmarc\r\n", "Source-IP: " + FORGER + "\r\n")
                                .contains("\r\nMessage-ID: <1@sender.example>\r\n")
                                .doesNotContain("ceo@", "Ada", "caf", "Dear Bob"));
            }
        }
        assertThat(store.received()).containsExactly("r1 pass sender.example");
        // The hook has judged each message, and AuthenticateMail those that it let pass.
        assertThat(store.rows("SELECT verdict, sum(messages) FROM report_traffic GROUP BY verdict ORDER BY verdict"))
                .containsExactly("accept " + accepted, "reject 2");
        assertThat(store.rows("SELECT sum(messages) FROM report_row")).containsExactly(String.valueOf(accepted + 2));
    }

    private static String genuine() {
        return signed(sampleMessage("ada@sender.example").replace("caf\u00E9 \u00FC", "plain"));
    }

    private void deliver(JamesInstance james, String recipient, String message) throws Exception {
        assertThat(send(james, SENDER, recipient, message).code()).isEqualTo(250);
        accepted++;
    }

    private static SmtpConnection.Reply send(JamesInstance james, String client, String recipient, String message)
            throws Exception {
        try (SmtpConnection smtp =
                SmtpConnection.openThroughProxy(james.port(), client).hello("mail.sender.example")) {
            return smtp.send("news@sender.example", List.of(recipient), octets(message));
        }
    }

    /** The policy file of the page, with the DNS server and the directories of the test. */
    private Path policy(ZoneServer dns, Path state, SmtpSink server) throws Exception {
        String shown = Readme.reports("yaml", "james-reports").replace("example.org", "home.example");
        String ours = MailetServer.swap(shown, "/var/lib/countersign/store.db", state + "/store.db");
        ours = MailetServer.swap(ours, "/var/lib/countersign/james-reports", directory + "/spool");
        ours += Readme.reports("yaml", "failure-reports: { domains: [customer.example] }")
                .replace("reports.example.org", "reports.home.example")
                .replace("customer.example", "asking.example")
                .replace("127.0.0.1:25", "127.0.0.1:" + server.port());
        Path key = Files.writeString(directory.resolve("reports.pem"), TestKeys.RSA_PEM);
        assertThat(key.toFile().setReadable(false, false) && key.toFile().setReadable(true, true))
                .isTrue();
        return Files.writeString(
                directory.resolve("countersign.yaml"),
                ours + "signing: { keys: [{ domain: reports.home.example, selector: s, key-file: reports.pem }] }\n"
                        + "mode: enforce\ndns: { servers: [\"127.0.0.1:"
                        + dns.address().getPort() + "\"], timeout: 30s, deadline: 60s }\n");
    }

    private static String hook(Path policy) throws Exception {
        return Readme.block("xml").replace(POLICY_FILE, policy.toString());
    }

    private static String processors(Path policy) throws Exception {
        String shown = Readme.reports("xml", "ReceiveReports")
                .replace(POLICY_FILE, policy.toString())
                .replace("example.org", "home.example");
        // In memory, as all repositories of the test.
        return MailetServer.swap(shown, "file://var/mail/unread-reports/", "memory://var/mail/unread-reports/")
                        .replace("<processor>transport</processor>", "<processor>inbox</processor>")
                + MailetServer.repository("inbox");
    }
}
