package org.countersign.james;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.FORWARDER;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.countersign.james.InboundFixture.signed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution of James with the shipped jar and the examples, over SMTP. */
class StockJamesIT {
    private static final String FORGED =
            "Authentication-Results: mx.home.example;\r\n dmarc=pass header.from=bank.example\r\n";
    private static final int SESSIONS = 200;

    @TempDir
    private static Path directory;

    private static ZoneServer dns;
    private static StockJames james;

    @BeforeAll
    static void start() throws Exception {
        dns = ZoneServer.start(InboundFixture.zone());
        StockJames.prepare(directory);
        james = StockJames.start(directory, dns.address().getPort()).awaitStart();
        james.addUser("ada@home.example", "secret");
    }

    @AfterAll
    static void stop() {
        james.close();
        dns.close();
    }

    @BeforeEach
    void deleteStoredMail() throws Exception {
        james.deleteStoredMail();
    }

    private static SmtpConnection.Reply send(String client, String mailFrom, String message) throws Exception {
        try (SmtpConnection smtp = james.from(client, "mail.sender.example")) {
            return smtp.send(mailFrom, List.of(BOB), octets(message));
        }
    }

    /** James itself turns 8-bit octets in header fields into question marks when a message leaves its spool. */
    private static String plain(String sampleMessage) {
        return sampleMessage.replace("caf\u00E9 \u00FC", "plain");
    }

    @Test
    void forgedMailIsRejectedAfterDataAndNotStored() throws Exception {
        assertThat(send(FORGER, "bulk@forger.example", sampleMessage("ceo@sender.example"))
                        .toString())
                .startsWith("550 5.7.26 Email rejected per DMARC policy for sender.example");
        assertThat(send(SENDER, "news@sender.example", plain(sampleMessage("ada@sender.example")))
                        .code())
                .isEqualTo(250);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored).contains("ada@sender.example"));
    }

    @Test
    void genuineMailIsStoredUnchangedExceptForItsResults() throws Exception {
        String genuine = signed(plain(sampleMessage("ada@sender.example")));
        assertThat(send(FORWARDER, "list@forwarder.example", FORGED + genuine).code())
                .isEqualTo(250);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored)
                        .startsWith(
                                "Authentication-Results: mx.home.example;\r\n spf=pass smtp.mailfrom=forwarder.example;")
                        .contains("dkim=pass header.d=sender.example")
                        .contains("dmarc=pass header.from=sender.example")
                        .doesNotContain("bank.example")
                        .endsWith("\r\n" + genuine));
    }

    @Test
    void anUnterminatedMultipartWithoutMimeVersionIsStoredUnchanged() throws Exception {
        String odd = "From: ada@sender.example\r\nContent-type:MULTIPART/mixed;\r\n\tBoundary=b\r\n\r\n"
                + "--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00E9 " + "x".repeat(5000)
                + "\r\n--b--\r\n\r\n\r\n";
        assertThat(send(SENDER, "news@sender.example", odd).code()).isEqualTo(250);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored)
                        .startsWith("Authentication-Results: ")
                        .endsWith("\r\n" + odd));
    }

    @Test
    void anEd25519SignatureIsVerifiedWithTheLibraryInTheJar() throws Exception {
        assertThat(send(
                                FORWARDER,
                                "list@forwarder.example",
                                InboundFixture.signedWithEd25519(plain(sampleMessage("ada@sender.example"))))
                        .code())
                .isEqualTo(250);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored)
                        .contains("dkim=pass header.d=sender.example header.s=ed header.a=ed25519-sha256"));
    }

    @Test
    void aBounceIsCheckedByItsHeloName() throws Exception {
        assertThat(send(SENDER, "", plain(sampleMessage("postmaster@sender.example")))
                        .code())
                .isEqualTo(250);
        assertThat(send(FORGER, "", sampleMessage("postmaster@sender.example")).code())
                .isEqualTo(550);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored).contains("spf=pass smtp.helo=mail.sender.example"));
    }

    @Test
    void submittedMailIsNotChecked() throws Exception {
        String plain = Base64.getEncoder().encodeToString("\0ada@home.example\0secret".getBytes(UTF_8));
        String message = plain(sampleMessage("ada@sender.example"));
        try (SmtpConnection smtp = james.from(FORGER, "laptop.forger.example")) {
            assertThat(smtp.command("AUTH PLAIN " + plain).code()).isEqualTo(235);
            assertThat(smtp.send("ada@home.example", List.of(BOB), octets(message))
                            .code())
                    .isEqualTo(250);
        }
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored).startsWith("Received: ").endsWith("\r\n" + message));
    }

    @Test
    void mailIsDeferredWhileTheSendersDnsIsDownExceptForFailOpenAuthors() throws Exception {
        assertThat(send(SENDER, "x@down.example", plain(sampleMessage("x@down.example")))
                        .toString())
                .startsWith("451 4.7.0 DMARC of down.example cannot be evaluated now");
        String deferring = "dns:\n";
        String open = "dmarc: { fail-open: [down.example] }\n" + deferring;
        james.changePolicy(deferring, open);
        assertThat(send(SENDER, "x@down.example", plain(sampleMessage("x@down.example")))
                        .code())
                .isEqualTo(250);
        james.changePolicy(open, deferring);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored).contains("dmarc=temperror header.from=down.example"));
    }

    @Test
    void mailOfAFailClosedAuthorIsDeferredUntilTheDnsAnswers() throws Exception {
        String opened = "dns:\n";
        String closed = "dmarc: { fail-closed: [down.example] }\n" + opened;
        james.changePolicy(opened, closed);
        assertThat(send(SENDER, "x@down.example", sampleMessage("x@down.example"))
                        .toString())
                .startsWith("451 4.7.0 ");
        assertThat(send(SENDER, "news@sender.example", plain(sampleMessage("ada@sender.example")))
                        .code())
                .isEqualTo(250);
        james.changePolicy(closed, opened);
        assertThat(james.awaitDelivered(1))
                .singleElement()
                .satisfies(stored -> assertThat(stored).contains("ada@sender.example"));
    }

    @Test
    void aFirstLineThatBeginsWithASpaceDoesNotContinueJamesOwnField() throws Exception {
        assertThat(send(FORGER, "x@forger.example", " From: ceo@sender.example\r\n" + sampleMessage("x@forger.example"))
                        .toString())
                .startsWith("550 5.7.1 The message has no author in a From field");
    }

    @Test
    void manySimultaneousSessionsGetTheirOwnReplies() throws Exception {
        String genuine = plain(sampleMessage("ada@sender.example"));
        String forged = sampleMessage("ceo@sender.example");
        List<Future<List<Integer>>> sessions = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SESSIONS; i++) {
                boolean honest = i % 2 == 0;
                sessions.add(threads.submit(() -> {
                    List<Integer> codes = new ArrayList<>();
                    try (SmtpConnection smtp = james.from(honest ? SENDER : FORGER, "mail.sender.example")) {
                        for (int message = 0; message < 3; message++) {
                            codes.add(smtp.send(
                                            honest ? "news@sender.example" : "x@forger.example",
                                            List.of(BOB),
                                            octets(honest ? genuine : forged))
                                    .code());
                        }
                    }
                    return codes;
                }));
            }
        }
        for (int i = 0; i < SESSIONS; i++) {
            assertThat(sessions.get(i).get())
                    .containsExactlyElementsOf(i % 2 == 0 ? List.of(250, 250, 250) : List.of(550, 550, 550));
        }
        List<String> stored = james.awaitDelivered(SESSIONS / 2 * 3);
        assertThat(stored)
                .hasSize(SESSIONS / 2 * 3)
                .allSatisfy(message -> assertThat(message)
                        .startsWith(
                                "Authentication-Results: mx.home.example;\r\n spf=pass smtp.mailfrom=sender.example;"));
        assertThat(james.log()).doesNotContain("could not be judged");
        // 64 for connections, and James' own; none per connection or message.
        assertThat(james.threads()).isLessThan(64 + 120);
    }

    @Test
    void aChangedPolicyTakesEffectWithoutARestart() throws Exception {
        Path policy = directory.toRealPath().resolve("conf/countersign.yaml");
        james.changePolicy("mode: enforce ", "mode: monitor ");
        assertThat(james.log()).contains("reloaded policy-file=" + policy + " mode=monitor");
        assertThat(send(FORGER, "x@forger.example", plain(sampleMessage("ceo@sender.example")))
                        .code())
                .isEqualTo(250);
        james.changePolicy("mode: monitor ", "mode: enforce ");
        assertThat(send(FORGER, "x@forger.example", sampleMessage("ceo@sender.example"))
                        .code())
                .isEqualTo(550);
        assertThat(new String(octets(james.log()), ISO_8859_1)).doesNotContain("not-reloaded");
    }
}
