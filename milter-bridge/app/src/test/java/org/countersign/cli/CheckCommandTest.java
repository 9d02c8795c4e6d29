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

class CheckCommandTest {
    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("example.org", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.example.org", "v=DMARC1; p=reject")
            .txt("_dmarc.example.com", "v=DMARC1; p=quarantine")
            .build());

    private static final String EMPTY_BODY_HASH = "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=";

    @TempDir
    private Path temp;

    @AfterEach
    void stop() {
        dns.close();
    }

    private static String message(String from) {
        return "From: " + from + "\r\nSubject: x\r\n\r\nHello\r\n";
    }

    private CommandRun check(String message, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "check",
                "-",
                "--ip",
                "192.0.2.1",
                "--helo",
                "mail.example.org",
                "--mail-from",
                "a@example.org",
                "--dns",
                "127.0.0.1:" + dns.address().getPort()));
        args.addAll(List.of(more));
        return CommandRun.withInput(message, args.toArray(String[]::new));
    }

    private Path policy(String text) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), text);
    }

    @Test
    void showsTheResultOfTheShadowMethodOfDmarc() throws IOException {
        Path file = policy("mode: enforce\ndmarc: {organizational-domain: shadow}\n");
        String message = message("a@elsewhere.example.com");
        assertThat(check(message, "--json", "--config=" + file).json())
                .containsEntry("/dmarc/result", "fail")
                .containsEntry("/dmarc/published/domain", "example.com")
                .containsEntry("/dmarc/policy/declared-by", "p")
                .containsEntry("/dmarc/identifiers/0/domain", "example.org")
                .containsEntry("/dmarc/identifiers/0/alignment", "other-organization")
                .containsEntry("/dmarc/walks/0/steps/1/finding", "record")
                .containsEntry("/dmarc/shadow/method", "psl")
                .containsEntry("/dmarc/shadow/result", "fail")
                .doesNotContainKey("/dmarc/shadow/differs-in/0");
        assertThat(check(message, "--config=" + file).out()).contains("shadow", "method", "psl");
        assertThat(check(message).out()).doesNotContain("shadow");
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.org,   192.0.2.1, 0,  accept",
        "a@example.com,   192.0.2.1, 10, quarantine",
        "a@example.org,   192.0.2.9, 11, reject",
    })
    void exitsWithTheVerdict(String from, String client, int status, String verdict) throws IOException {
        Path file = Files.writeString(temp.resolve("mail.eml"), message(from));
        CommandRun run = CommandRun.of(
                "check",
                file.toString(),
                "--ip=" + client,
                "--helo=mail.example.org",
                "--mail-from=a@example.org",
                "--rcpt=b@example.net",
                "--rcpt=c@example.net",
                "--config=" + policy("mode: enforce"),
                "--dns=127.0.0.1:" + dns.address().getPort());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).startsWith(verdict + "  ");
    }

    @Test
    void showsTheEvidenceOfTheVerdict() {
        CommandRun run = check(message("a@example.com"), "--explain");
        assertThat(run.out().lines())
                .first()
                .asString()
                .isEqualTo("accept  by mode monitor; would be quarantine by rule dmarc-quarantine");
        assertThat(run.out().lines())
                .contains("DKIM      none      The message is not signed.")
                .anyMatch(line -> line.startsWith("SPF       pass      "))
                .anyMatch(line -> line.startsWith("DMARC     fail      "))
                .anyMatch(line -> line.endsWith("example.org: \"v=spf1 ip4:192.0.2.1 -all\""))
                .anyMatch(line -> line.endsWith("_dmarc.example.com: \"v=DMARC1; p=quarantine\""))
                .anyMatch(line -> line.endsWith("RFC 7208 section 2.6.3: the domain allows the client"))
                .anyMatch(line -> line.startsWith("  add    Authentication-Results: localhost;"))
                .anyMatch(line -> line.startsWith("          spf=pass smtp.mailfrom=example.org;"));
        assertThat(check(message("a@example.com")).out())
                .contains("what would change it\n  - ")
                .doesNotContain("Authentication-Results", "RFC 7208");
    }

    @Test
    void showsTheDialogueInItsOrder() {
        List<String> lines = check(message("a@example.com"), "--steps", "--rcpt=b@example.net")
                .out()
                .lines()
                .toList();
        assertThat(lines.getLast()).startsWith("verdict  quarantine, but mode monitor makes it accept: ");
        assertThat(lines)
                .containsSubsequence(
                        "client   connects from 192.0.2.1",
                        "client   MAIL FROM:<a@example.org>",
                        "DNS      TXT example.org?",
                        "         \"v=spf1 ip4:192.0.2.1 -all\"",
                        "client   RCPT TO:<b@example.net>",
                        "client   DATA",
                        "DNS      TXT _dmarc.example.com?",
                        "DMARC    SPF not aligned: example.org belongs to another organization");
    }

    @Test
    void coloursAreWrittenOnRequest() {
        assertThat(check(message("a@example.org"), "--color=always").out())
                .startsWith("\u001b[32maccept\u001b[0m  by rule ");
        assertThat(check(message("a@example.org")).out()).doesNotContain("\u001b");
        CommandRun wrong = check(message("a@example.org"), "--color=maybe");
        assertThat(wrong.status()).isEqualTo(64);
    }

    @Test
    void usesTheModeOfThePolicyFile() throws IOException {
        Path monitor = policy("authserv-id: mx.example.net\nlisten: [\"inet:127.0.0.1:0\"]\n");
        CommandRun run = check(message("a@example.com"), "--config", monitor.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("accept  by mode monitor; would be quarantine by rule dmarc-quarantine\n");
        assertThat(check(message("a@example.com"), "--explain", "--config", monitor.toString())
                        .out())
                .contains("  add    Authentication-Results: mx.example.net;");
        assertThat(check(
                                message("a@example.com"),
                                "--config",
                                policy("mode: enforce").toString())
                        .status())
                .isEqualTo(10);
    }

    @Test
    void showsTheProblemsOfBrokenRecords() throws IOException {
        try (ZoneServer near = ZoneServer.start(StaticZone.builder()
                .txt("near.example", "google-site-verification=x")
                .txt("near.example", "\"v=spf1 ip4:192.0.2.1 -all\"")
                .txt("_dmarc.near.example", "v=DMARC1, p=reject")
                .txt("s._domainkey.near.example", "v=DKIM1\\; k=rsa\\; p=MIIB")
                .build())) {
            String message = "DKIM-Signature: v=1; a=rsa-sha256; d=near.example; s=s; c=simple/simple; h=from; bh="
                    + EMPTY_BODY_HASH + "; b=" + "A".repeat(342) + "==\r\nFrom: a@near.example\r\n\r\n";
            String[] more = {
                "--mail-from=a@near.example",
                "--dns=127.0.0.1:" + near.address().getPort()
            };
            CommandRun run = run(message, more);
            assertThat(run.out().lines())
                    .anyMatch(line -> line.startsWith("SPF       none      ")
                            && line.endsWith(
                                    "; a TXT record was meant as one, but the quotation marks are a part of it"))
                    .anyMatch(line -> line.startsWith("DKIM      permerror ")
                            && line.contains("a TXT record is no key, v=DKIM1 must be followed by a semicolon, not a"
                                    + " backslash: \"v=DKIM1"))
                    .contains("DMARC     none      No DMARC record applies to near.example; a TXT record at"
                            + " _dmarc.near.example appears to be meant as one, but v=DMARC1 must be followed by a semicolon, not"
                            + " a comma.");
            String[] json = {more[0], more[1], "--json"};
            assertThat(run(message, json).json())
                    .containsEntry("/spf/near-misses/0/domain", "near.example")
                    .containsEntry("/spf/near-misses/0/record", "\"v=spf1 ip4:192.0.2.1 -all\"")
                    .containsEntry("/spf/near-misses/0/problem", "the quotation marks are a part of it")
                    .doesNotContainKey("/spf/near-misses/1/problem")
                    .containsEntry("/dmarc/walks/0/steps/0/finding", "nothing")
                    .containsEntry("/dmarc/walks/0/steps/0/near-misses/0/record", "v=DMARC1, p=reject")
                    .containsEntry("/dkim/0/fault/problem", "no-key");
        }
    }

    private static CommandRun run(String message, String... more) {
        List<String> args = new ArrayList<>(List.of("check", "-", "--ip=192.0.2.1", "--helo=mail.near.example"));
        args.addAll(List.of(more));
        return CommandRun.withInput(message, args.toArray(String[]::new));
    }

    @Test
    void evaluatesABounceByItsHelo() {
        CommandRun run = CommandRun.withInput(
                message("a@example.org"),
                "check",
                "-",
                "--ip=192.0.2.1",
                "--helo=example.org",
                "--mail-from=<>",
                "--dns=127.0.0.1:" + dns.address().getPort());
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("SPF       pass      ");
    }

    @Test
    void writesJsonForPrograms() throws IOException {
        CommandRun run = check(message("a@example.com") + "\u00e9", "--json", "--config=" + policy("mode: enforce"));
        assertThat(run.status()).isEqualTo(10);
        assertThat(run.json())
                .containsEntry("/verdict", "quarantine")
                .containsEntry("/judged", "quarantine")
                .containsEntry("/rule", "dmarc-quarantine")
                .containsEntry("/author/domain", "example.com")
                .containsEntry("/spf/result", "pass")
                .containsEntry("/spf/domain", "example.org")
                .containsEntry("/dmarc/result", "fail")
                .containsEntry("/dmarc/domain", "example.com")
                .containsEntry("/edits/0/add", "Authentication-Results")
                .containsKey("/dns/0/question")
                .doesNotContainKey("/reply");
    }

    @Test
    void writesTheReplyOfARejectionAsJson() throws IOException {
        CommandRun run = check("Subject: no author\r\n\r\n", "--json", "--config=" + policy("mode: enforce"));
        assertThat(run.status()).isEqualTo(11);
        assertThat(run.out()).contains("\"reply\" : \"550 5.7.1 ").contains("\"dmarc\" : {");
    }

    @Test
    void escapesTextOfTheMessageForTheTerminal() {
        CommandRun run =
                check("From: \u001b]0;x\u0007@example.org\r\nAuthentication-Results: localhost;\u001b[2J\r\n\r\n");
        assertThat(run.out()).doesNotContain("\u001b", "\u0007", "\r");
    }

    @Test
    void reportsTheProblemsOfThePolicyFile() throws IOException {
        Path file = policy("mod: enforce\nlisten: [x]\n");
        CommandRun run = check(message("a@example.org"), "--config", file.toString());
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .hasSize(2)
                .first()
                .isEqualTo("countersign: " + file + ":1: mod: unknown key; did you mean mode?");
        assertThat(check(message("a@example.org"), "--config", "none.yaml").err())
                .isEqualTo("countersign: none.yaml does not exist: check the name\n");
    }

    @Test
    void refusesInputWithoutAMessage() {
        CommandRun empty = check("");
        assertThat(empty.status()).isEqualTo(65);
        assertThat(empty.err()).isEqualTo("countersign: standard input is empty: it has no message\n");
        CommandRun missing =
                CommandRun.of("check", "none.eml", "--ip=192.0.2.1", "--helo=h", "--mail-from=a@example.org");
        assertThat(missing.status()).isEqualTo(66);
        assertThat(missing.err()).isEqualTo("countersign: none.eml does not exist: check the name\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--ip=localhost",
                "--dns=localhost:53",
                "--dns=127.0.0.1:99999",
                "--json=maybe",
                "--at=now",
                "--trust=x",
                "--fail-on=maybe",
                "--ask"
            })
    void refusesWrongUsage(String argument) {
        CommandRun run = check(message("a@example.org"), argument);
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("countersign check: ").hasLineCount(1);
    }
}
