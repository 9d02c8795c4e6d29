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
import java.util.List;
import org.apache.james.smtpserver.CoreCmdHandlerLoader;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complete James with the configuration in the README. */
class JamesServerIT {
    @TempDir
    private Path directory;

    @Test
    void rejectsForgedMailAndDeliversGenuineMailUnchanged() throws Exception {
        // James itself turns 8-bit octets in header fields into question marks when a message leaves its spool.
        String genuine = signed(sampleMessage("ada@sender.example").replace("caf\u00E9 \u00FC", "plain"));
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                JamesInstance james = JamesInstance.start(directory, handlerChain(dns))) {
            assertThat(send(james, FORGER, "bulk@forger.example", sampleMessage("ceo@sender.example"))
                            .toString())
                    .startsWith("550 5.7.26 Email rejected per DMARC policy for sender.example");
            assertThat(send(james, FORWARDER, "list@forwarder.example", genuine).code())
                    .isEqualTo(250);
            assertThat(send(james, FORGER, "", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(550);

            assertThat(james.awaitDelivered(1))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .startsWith("Authentication-Results: ")
                            .contains("\r\nReceived: ")
                            .endsWith("\r\n" + genuine));
        }
    }

    /** James adds the handlers of the loader after all configured ones, wherever the loader is. */
    @Test
    void checksMailEvenIfConfiguredAfterTheLoader() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                JamesInstance james = JamesInstance.start(directory, behindTheLoader(dns))) {
            assertThat(send(james, FORGER, "bulk@forger.example", sampleMessage("ceo@sender.example"))
                            .code())
                    .isEqualTo(550);
        }
    }

    private String behindTheLoader(ZoneServer dns) throws Exception {
        String loader = "<handler class=\"" + CoreCmdHandlerLoader.class.getName() + "\"/>";
        return swap(swap(handlerChain(dns), loader, ""), "<handlerchain>", "<handlerchain>" + loader);
    }

    private static SmtpConnection.Reply send(JamesInstance james, String client, String mailFrom, String message)
            throws Exception {
        try (SmtpConnection smtp =
                SmtpConnection.openThroughProxy(james.port(), client).hello("mail.forger.example")) {
            return smtp.send(mailFrom, List.of(BOB), octets(message));
        }
    }

    /** The handler chain of the README, with a policy file that names the DNS server of the test, and waits for it. */
    private String handlerChain(ZoneServer dns) throws Exception {
        Path policy = Files.writeString(
                directory.resolve("countersign.yaml"),
                swap(
                        swap(
                                Readme.block("yaml"),
                                "127.0.0.1:53\"]",
                                "127.0.0.1:" + dns.address().getPort() + "\"]\n  timeout: 30s"),
                        "deadline: 5s",
                        "deadline: 60s"));
        return swap(Readme.block("xml"), "/etc/countersign/countersign.yaml", policy.toString());
    }

    private static String swap(String text, String example, String ours) {
        assertThat(text).containsOnlyOnce(example);
        return text.replace(example, ours);
    }
}
