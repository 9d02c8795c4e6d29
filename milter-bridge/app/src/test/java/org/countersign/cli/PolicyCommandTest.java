package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
    private static final Path GOLDEN = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/policy");

    private static final String FULL = """
        mode: enforce
        protect: [example.org]
        quarantine: hold
        help-url: https://example.org/mail
        indirect-flow:
          trusted-sealers: [list.example]
          forwarders: { networks: [192.0.2.0/24], mail-from: [list.example], dkim-domain: ["*.list.example"] }
          then: accept
        dmarc:
          treat-as: { none: [broken.example], quarantine: [odd.example], reject: [bank.example] }
          fail-open: [open.example]
          fail-closed: [bank.example]
          on-reject: quarantine
        rules:
          - name: our-newsletter
            when: { author: news.example.org, dkim-domain: esp.example }
            then: accept
            remove-headers: [X-Priority]
            because: The newsletter is sent by a provider.
          - name: no-strangers-to-the-board
            when: { any-recipient: [board@example.org], dmarc: [fail, none] }
            unless: { client: 198.51.100.0/24, user: "*@example.org" }
            then: reject
            reply: { code: 554, enhanced-code: 5.7.1, text: "Mail from {author-domain} needs DMARC, found {dmarc}" }
          - name: mark-lists
            when: { list-id: "*" }
            then: tag
            add-headers: [{ name: X-List, value: "dmarc={dmarc}, {results}" }]
        examples:
          - { name: the newsletter, author: n@news.example.org, dkim: [{ result: pass, domain: esp.example }], expect: accept }
        """;

    @TempDir
    private Path temp;

    private Path file(String text) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), text);
    }

    private static void compare(String name, String written) throws IOException {
        Path golden = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, written);
        }
        assertThat(written).isEqualTo(Files.readString(golden));
    }

    @Test
    void showsTheLinesOfTheSigningTable() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("a table"));
        Path file = Files.writeString(directory.resolve("mx.yaml"), "signing: { table-file: keys.table }\n");
        Path table = Files.writeString(directory.resolve("keys.table"), """
                example.org   example.org s1 "my keys/rsa.pem"
                *.example.org example.org s1 "my keys/rsa.pem"
                example.net   example.net s1 'my keys/net.pem'
                """);
        CommandRun run = CommandRun.of("policy", "show", "--config=" + file);
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .endsWith("\nsigning table: " + table + ", lines: 3, domains: 2\n"
                        + "   line 1: mail from example.org is signed by s1._domainkey.example.org, key file"
                        + " my keys/rsa.pem\n"
                        + "   line 2: mail from *.example.org is signed by s1._domainkey.example.org, key file"
                        + " my keys/rsa.pem\n"
                        + "   line 3: mail from example.net is signed by s1._domainkey.example.net, key file"
                        + " my keys/net.pem\n");
    }

    @Test
    void reportsTheProblemsOfTheSigningTable() throws IOException {
        Path file = file("signing: { table-file: keys.table }\n");
        assertThat(CommandRun.of("policy", "show", "--config=" + file).err())
                .isEqualTo("countersign: " + file + ":1: signing.table-file: " + temp.resolve("keys.table")
                        + " does not exist: check the name\n");
        Files.writeString(temp.resolve("keys.table"), "example.org example.org s1 \"my keys/rsa.pem\n");
        CommandRun run = CommandRun.of("policy", "show", "--config=" + file);
        assertThat(run.status()).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("keys.table:1: has a quotation mark without a second one")
                .hasLineCount(1);
    }

    @Test
    void showsTheBuiltInRules() throws IOException {
        CommandRun run = CommandRun.of("policy", "show");
        assertThat(run.status()).isZero();
        compare("built-in.txt", run.out());
    }

    @Test
    void showsTheOperatorsRulesWithTheirPlaces() throws IOException {
        Path file = file(FULL);
        CommandRun run = CommandRun.of("policy", "show", "--config=" + file);
        assertThat(run.status()).isZero();
        compare("full.txt", run.out().replace(file.toString(), "mx.yaml"));
        assertThat(run.err().replace(file.toString(), "mx.yaml"))
                .isEqualTo("countersign: warning: mx.yaml:15: rules[0]: the rule our-newsletter accepts mail with these"
                        + " authors from every customer of esp.example, even if DMARC fails; have that"
                        + " provider sign with your own domain, or add client, user or dmarc: pass\n"
                        + "countersign: warning: mx.yaml:25: rules[2]: the rule mark-lists accepts mail by conditions"
                        + " that any sender can meet, even if DMARC fails; add dmarc: pass, dkim-domain,"
                        + " authenticated-domain, client or user\n");
    }

    @Test
    void runsTheExamplesAndShowsTheDifferences() throws IOException {
        Path file = file("""
            examples:
              - { name: a stranger, author: a@example.org, dmarc: fail, applied-policy: reject, expect: reject }
              - { name: a friend, author: a@example.net, dmarc: fail, applied-policy: quarantine, expect: accept }
            """);
        CommandRun run = CommandRun.of("policy", "test", "--config=" + file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().replace(file.toString(), "mx.yaml"))
                .isEqualTo("pass  a stranger: reject by dmarc-reject\n"
                        + "FAIL  a friend: expected accept, got quarantine by the rule dmarc-quarantine"
                        + " (mx.yaml:3: examples[1])\n"
                        + "2 examples, 1 not as expected\n");
        assertThat(CommandRun.of("policy", "test", "--config=" + file(FULL)).status())
                .isZero();
    }

    @Test
    void aPolicyWithAFailingExampleIsNotUsed() throws IOException {
        Path file = file("examples: [{ name: a friend, author: a@example.net, expect: reject }]");
        for (String[] command : new String[][] {
            {"serve", "--config=" + file},
            {"check", "-", "--ip=192.0.2.1", "--helo=x.example", "--mail-from=<>", "--config=" + file}
        }) {
            CommandRun run = CommandRun.withInput("From: a@example.net\r\n\r\n", command);
            assertThat(run.status()).isEqualTo(78);
            assertThat(run.err())
                    .isEqualTo("countersign: " + file + ":1: examples[0]: the example a friend: expected reject, got"
                            + " accept by the rule default; run countersign policy test for details\n");
        }
    }

    @Test
    void reportsAMissingCommand() {
        CommandRun run = CommandRun.of("policy");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err()).startsWith("countersign policy: a command is missing");
    }
}
