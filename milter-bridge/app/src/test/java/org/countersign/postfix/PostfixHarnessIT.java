package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.testing.FreePort;
import org.countersign.testing.SmtpConnection;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The harness itself: without a milter, messages are delivered unchanged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostfixHarnessIT {
    private static final String BOB = "bob@receiver.example";
    private static final String CAROL = "carol@other.example";
    private static final byte[] ODD = String.join(
                    "\r\n",
                    "From: Alice <alice@example.org>",
                    "X-Odd:no blank",
                    "Subject:",
                    "\t folded \u00fc  ",
                    "",
                    ".",
                    "..",
                    ".begins with a dot",
                    "blanks at the end \t ",
                    "",
                    "8-bit \u00ff\u0080",
                    "",
                    "",
                    "")
            .getBytes(StandardCharsets.ISO_8859_1);

    private PostfixInstance postfix;

    @BeforeEach
    void start() throws IOException {
        MtaTools.assumePostfix();
        if (postfix == null) {
            postfix = PostfixInstance.start(PostfixSettings.delivering(BOB, CAROL));
        }
    }

    /** The next test does not find what a failed one has left. */
    @AfterEach
    void emptyMailboxes() throws IOException {
        if (postfix != null) {
            postfix.awaitEmptyQueue();
            for (String address : List.of(BOB, CAROL)) {
                for (DeliveredMessage left : postfix.mailbox(address)) {
                    Files.delete(left.file());
                }
            }
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (postfix != null) {
            postfix.close();
        }
    }

    @Test
    void aMessageIsDeliveredOctetForOctet() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mx.example.org")) {
            assertThat(smtp.send("alice@example.org", List.of(BOB), ODD).code()).isEqualTo(250);
        }
        DeliveredMessage delivered = postfix.takeOnlyMessage(BOB);
        assertThat(delivered.text()).endsWith(new String(ODD, StandardCharsets.ISO_8859_1));
        assertThat(delivered.values("Return-Path")).containsExactly("<alice@example.org>");
        assertThat(delivered.values("Received"))
                .singleElement()
                .asString()
                .contains("from mx.example.org (unknown [192.0.2.10])", "by mx.receiver.example");
        assertThat(delivered.fields()).endsWith("Subject:\r\n\t folded \u00fc  ");
        assertThat(delivered.body()).startsWith(".\r\n..\r\n").endsWith("\r\n\r\n\r\n");
    }

    @Test
    void everyMessageOfTheConformancePackPassesUnchangedExceptForBlanksBeforeAColon() throws IOException {
        for (ConformanceCase each : ConformancePack.load()) {
            try (SmtpConnection smtp =
                    postfix.inbound().pretend(each.smtp().ip(), each.smtp().helo())) {
                SmtpConnection.Reply reply =
                        smtp.send(each.smtp().mailFrom(), each.smtp().recipients(), each.octets());
                assertThat(reply.code()).as(each.id()).isEqualTo(250);
            }
            assertThat(postfix.takeOnlyMessage(BOB).text())
                    .as(each.id())
                    .endsWith(new String(each.octets(), StandardCharsets.ISO_8859_1).replace("From :", "From:"));
        }
    }

    @Test
    void theSubmissionPortAcceptsMailOfAuthenticatedClients() throws IOException {
        try (SmtpConnection smtp = postfix.submission().pretendLogin("alice", "laptop.example.org")) {
            assertThat(smtp.send("", List.of(CAROL), ODD).code()).isEqualTo(250);
        }
        assertThat(postfix.takeOnlyMessage(CAROL).values("Return-Path")).containsExactly("<>");
        assertThat(postfix.log()).contains("sasl_username=alice");
    }

    @Test
    void aClientOverIpv6CanBeSimulated() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "Postfix takes IPv6 only from a kernel that has it");
        try (SmtpConnection smtp = postfix.inbound().pretend("2001:db8::25", "mx.example.org")) {
            assertThat(smtp.send("alice@example.org", List.of(CAROL), ODD).code())
                    .isEqualTo(250);
        }
        assertThat(postfix.takeOnlyMessage(CAROL).values("Received"))
                .singleElement()
                .asString()
                .contains("[IPv6:2001:db8::25]");
    }

    @Test
    void unknownMailboxesAndForeignDomainsAreRejected() throws IOException {
        try (SmtpConnection smtp = postfix.inbound().pretend("192.0.2.10", "mx.example.org")) {
            assertThat(smtp.send("alice@example.org", List.of("nobody@receiver.example"), ODD)
                            .code())
                    .isEqualTo(550);
            assertThat(smtp.send("alice@example.org", List.of("dave@elsewhere.example"), ODD)
                            .code())
                    .isEqualTo(554);
        }
        postfix.awaitEmptyQueue();
        assertThat(postfix.mailbox("nobody@receiver.example")).isEmpty();
    }

    @Test
    void withoutTheMilterMailIsDeferred() throws IOException {
        String nobodyThere = "inet:127.0.0.1:" + FreePort.find();
        try (PostfixInstance filtered =
                PostfixInstance.start(PostfixSettings.delivering(BOB).withInboundMilters(nobodyThere))) {
            try (SmtpConnection smtp = filtered.inbound().pretend("192.0.2.10", "mx.example.org")) {
                assertThat(smtp.send("alice@example.org", List.of(BOB), ODD).code())
                        .isEqualTo(451);
            }
            try (SmtpConnection smtp = filtered.submission().hello("laptop.example.org")) {
                assertThat(smtp.send("alice@example.org", List.of(BOB), ODD).code())
                        .isEqualTo(250);
            }
            filtered.takeOnlyMessage(BOB);
        }
    }

    @Test
    void afterCloseThereIsNoProcessAndNoFile() throws IOException {
        PostfixInstance second = PostfixInstance.start(PostfixSettings.delivering(BOB));
        assertThat(second.processes()).isNotEmpty().doesNotContainAnyElementsOf(postfix.processes());
        List<Long> processes = second.processes();
        second.close();
        assertThat(processes).noneMatch(pid -> Files.exists(Path.of("/proc/" + pid + "/exe")));
        assertThat(second.directory()).doesNotExist();
        assertThat(postfix.processes()).isNotEmpty();
    }
}
