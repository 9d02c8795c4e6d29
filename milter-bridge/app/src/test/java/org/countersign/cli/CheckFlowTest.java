package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code check} treats a message as {@code serve} would, and shows the source of each fact. */
class CheckFlowTest {
    private static final String MESSAGE = "From: a@example.org\r\nSubject: x\r\n\r\nHello\r\n";
    private static final String TRACE = "Return-Path: <bounce@example.org>\r\n"
            + "Received: from mail.example.org (rdns.example.org [192.0.2.1])\r\n\tby mx.example.net (Postfix)"
            + " with ESMTPS id 4c1f;\r\n\tMon, 23 Nov 2026 12:00:00 +0000 (UTC)\r\n"
            + "Received: from inner.example.org (inner.example.org [198.51.100.7])\r\n\tby mail.example.org with SMTP;"
            + "\r\n\tMon, 23 Nov 2026 11:59:00 +0000\r\n";

    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("example.org", "v=spf1 ip4:192.0.2.1 -all")
            .txt("mail.example.org", "v=spf1 a -all")
            .txt("_dmarc.example.org", "v=DMARC1; p=reject")
            .build());

    @TempDir
    private Path temp;

    @AfterEach
    void stop() {
        dns.close();
    }

    private CommandRun check(String message, String... options) {
        List<String> args = new ArrayList<>(List.of("check", "-"));
        args.addAll(List.of(options));
        args.add("--dns=127.0.0.1:" + dns.address().getPort());
        return CommandRun.withInput(message, args.toArray(String[]::new));
    }

    private String policy(String text) throws IOException {
        return "--config=" + Files.writeString(temp.resolve("mx.yaml"), text);
    }

    private String signingPolicy() throws IOException {
        CommandRun.of(
                "keygen",
                "--domain=example.org",
                "--selector=s1",
                "--algorithm=ed25519",
                "--out=" + temp.resolve("keys"));
        return policy("""
                mode: enforce
                signing:
                  key-guard: { check-every: 0s }
                  when: { networks: [203.0.113.0/24] }
                  keys: [{ domain: example.org, selector: s1, key-file: keys/example.org.s1.pem }]
                """);
    }

    @Test
    void clientHeloAndMailFromAreReadFromTheTraceFields() throws IOException {
        CommandRun run = check(TRACE + MESSAGE, "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.json())
                .containsEntry("/flow", "inbound")
                .containsEntry("/connection/client", "192.0.2.1")
                .containsEntry("/envelope/helo", "mail.example.org")
                .containsEntry("/envelope/mail-from", "<bounce@example.org>")
                .containsEntry("/sources/client", "received")
                .containsEntry("/sources/helo", "received")
                .containsEntry("/sources/mail-from", "return-path")
                .containsEntry("/spf/result", "pass");
        assertThat(check(TRACE.replace("\r\n", "\n") + MESSAGE.replace("\r\n", "\n"))
                        .out())
                .contains("client    192.0.2.1, from the top Received field\n")
                .contains("helo      mail.example.org, from the top Received field\n")
                .contains("sender    <bounce@example.org>, from the Return-Path field\n");
    }

    @Test
    void optionsTakePrecedenceOverTraceFields() throws IOException {
        assertThat(check(TRACE + MESSAGE, "--json", "--ip=198.51.100.9", "--helo=h.example", "--mail-from=<>")
                        .json())
                .containsEntry("/connection/client", "198.51.100.9")
                .containsEntry("/envelope/helo", "h.example")
                .containsEntry("/envelope/mail-from", "<>")
                .containsEntry("/sources/client", "option")
                .containsEntry("/sources/helo", "option")
                .containsEntry("/sources/mail-from", "option");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Return-Path: nobody\r\nReceived: from a (unknown [unknown]) by b; Mon, 23 Nov 2026 12:00:00 +0000\r\n"
            })
    void aClientWithoutAnAddressHasNoSpf(String trace) throws IOException {
        for (String[] options : new String[][] {{"--json"}, {"--json", "--ip=unknown"}}) {
            CommandRun run = check(trace + MESSAGE, options);
            assertThat(run.json())
                    .containsEntry("/flow", "inbound")
                    .containsEntry("/spf/result", "none")
                    .containsEntry("/sources/mail-from", "none")
                    .doesNotContainKey("/connection/client")
                    .doesNotContainKey("/spf/client");
            assertThat(run.out()).doesNotContain("0.0.0.0", "smtp.remote-ip");
        }
        assertThat(check(trace + MESSAGE).out()).contains("client    unknown, not given, and not in the message\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "@",
                "a@",
                "@example.org",
                "a b@example.org",
                "a@b@example.org",
                "a@exa mple.org",
                "a@<b@example.org>",
                "<a@example.org",
                "a@[300.1.1.1]",
                "a@example..org"
            })
    void anInvalidMailFromIsRefused(String text) {
        CommandRun run = check(MESSAGE, "--mail-from=" + text);
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("\"" + text + "\" is not an address such as a@example.org, nor <> for a bounce")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.org, <a@example.org>",
        "<a@example.org>, <a@example.org>",
        "<>, <>",
        "'', <>",
        "\"a b\"@example.org, <\"a b\"@example.org>",
        "a+b=c@under_score.example, <a+b=c@under_score.example>",
        "a@[192.0.2.1], <a@[192.0.2.1]>",
    })
    void aValidMailFromIsAccepted(String text, String shown) throws IOException {
        assertThat(check(MESSAGE, "--json", "--mail-from=" + text).json()).containsEntry("/envelope/mail-from", shown);
    }

    @Test
    void withoutAPolicyFileTheModeIsMonitor() throws IOException {
        CommandRun run = check(MESSAGE, "--json", "--ip=198.51.100.9", "--helo=h.example", "--mail-from=a@x.example");
        assertThat(run.status()).isZero();
        assertThat(run.json()).containsEntry("/verdict", "accept").containsEntry("/judged", "reject");
    }

    @Test
    void mailFromSkippedNetworksIsInternal() throws IOException {
        String[] client = {"--ip=127.0.0.1", "--helo=x", "--mail-from=a@b.example", policy("mode: enforce")};
        CommandRun run = check(MESSAGE, client);
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("accept  by rule internal\n  The client is in inbound.skip-networks,");
        client[3] = policy("mode: enforce\ninbound: { skip-networks: [192.0.2.0/24] }\n");
        assertThat(check(MESSAGE, client).status()).isEqualTo(11);
        client[0] = "--ip=192.0.2.77";
        assertThat(check(MESSAGE, client).out()).startsWith("accept  by rule internal\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--user=alice", "--daemon-name=ORIGINATING", "--ip=203.0.113.5"})
    void mailOfUsersIsOutboundAndShownWithItsKey(String who) throws IOException {
        CommandRun run = check(MESSAGE, "--json", who, signingPolicy());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.json())
                .containsEntry("/flow", "outbound")
                .containsEntry("/rule", "signed")
                .containsEntry("/author/domain", "example.org")
                .containsEntry("/signed-by/0/domain", "example.org")
                .containsEntry("/signed-by/0/selector", "s1")
                .containsEntry("/signed-by/0/algorithm", "ed25519-sha256");
        assertThat(check(MESSAGE, who, signingPolicy()).out())
                .startsWith("accept  by rule signed\n  Signed with s1._domainkey.example.org.\n")
                .contains("signed    d=example.org s=s1 a=ed25519-sha256\n", "entry     matches ");
    }

    @Test
    void mailOfUsersThatIsNotSignedIsShownWithTheReason() throws IOException {
        assertThat(check(MESSAGE.replace("example.org", "example.net"), "--json", "--user=alice", signingPolicy())
                        .json())
                .containsEntry("/flow", "outbound")
                .containsEntry("/rule", "no-signing-entry")
                .doesNotContainKey("/signed-by/0/domain");
        assertThat(check(MESSAGE.replace("example.org", "example.net"), "--user=alice", signingPolicy())
                        .out())
                .contains("signed    none\n", "entry     the signing table has no entry for this author: add one");
        assertThat(check(MESSAGE, "--json", "--user=alice").json())
                .containsEntry("/flow", "outbound")
                .containsEntry("/rule", "no-signing-entry");
    }

    @Test
    void keysAreReadForOutboundMailOnly() throws IOException {
        String policy = policy("signing: { keys: [{ domain: example.org, selector: s1, key-file: none.pem }] }");
        assertThat(check(MESSAGE, "--ip=192.0.2.1", "--helo=x", "--mail-from=<>", policy)
                        .status())
                .isZero();
        CommandRun run = check(MESSAGE, "--user=alice", policy);
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err()).contains("none.pem does not exist").hasLineCount(1);
    }

    @Test
    void theSameAnswersGiveTheSameJsonOctetForOctet() throws IOException {
        StringBuilder signatures = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            signatures
                    .append("DKIM-Signature: v=1; a=rsa-sha256; d=d")
                    .append(i)
                    .append(".example; s=s; h=from; bh=AAAA; b=AAAA\r\n");
        }
        String message = TRACE + signatures + MESSAGE;
        String first = check(message, "--json").out();
        for (int i = 0; i < 20; i++) {
            assertThat(check(message, "--json").out()).isEqualTo(first);
        }
        String outbound =
                check(message, "--json", "--user=alice", signingPolicy()).out();
        assertThat(check(message, "--json", "--user=alice", "--config=" + temp.resolve("mx.yaml"))
                        .out())
                .isEqualTo(outbound);
    }

    @Test
    void theFirstClientThatIsNotOfThisSiteIsTakenFromTheHeaders() throws IOException {
        String inner = "Received: from mx.example.net ([127.0.0.1]) by imap.example.net with LMTP id 1;"
                + " Mon, 23 Nov 2026 12:00:01 +0000\r\n";
        assertThat(check("Return-Path: <bounce@example.org>\r\n" + inner + TRACE + MESSAGE, "--json", "--from-headers")
                        .json())
                .containsEntry("/flow", "inbound")
                .containsEntry("/connection/client", "192.0.2.1")
                .containsEntry("/sources/received-field", "2")
                .containsEntry("/envelope/mail-from", "<bounce@example.org>");
        assertThat(check(inner + TRACE + MESSAGE, "--json", "--from-headers", "--trust=192.0.2.0/24")
                        .json())
                .containsEntry("/connection/client", "198.51.100.7");
    }
}
