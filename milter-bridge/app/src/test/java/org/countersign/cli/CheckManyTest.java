package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.countersign.dns.StaticZone;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code check} of several messages, of recorded DNS answers, and of support cases. */
class CheckManyTest {
    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .txt("list.example", "v=spf1 ip4:192.0.2.9 -all")
            .build());

    @TempDir
    private Path temp;

    private Path policy;

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Files.writeString(temp.resolve("mx.yaml"), """
                mode: enforce
                authserv-id: mx.home.example
                listen: ["inet:127.0.0.1:0"]
                http:
                  listen: 127.0.0.1:0
                dmarc: { on-reject: reject }
                """);
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private static String message(String client, String mailFrom) {
        return "Return-Path: <" + mailFrom + ">\nReceived: from mail.sender.example ([" + client
                + "]) by mx.home.example"
                + " with ESMTPS id 1; Mon, 23 Nov 2026 12:00:00 +0000\nFrom: Alice <alice@bank.example>\n"
                + "Subject: x\n\nHello\n";
    }

    private Path mbox() throws IOException {
        String separator = "From x Mon Nov 23 12:00:00 2026\n";
        return Files.writeString(
                temp.resolve("in.mbox"),
                separator + message("192.0.2.1", "a@bank.example") + "\n" + separator
                        + message("192.0.2.9", "b@list.example") + "\n");
    }

    private Path single() throws IOException {
        return Files.writeString(temp.resolve("mail.eml"), message("192.0.2.9", "b@list.example"));
    }

    private CommandRun check(Object... arguments) {
        List<String> args = new ArrayList<>(List.of("check", "--config=" + policy));
        args.add("--dns=127.0.0.1:" + dns.address().getPort());
        List.of(arguments).forEach(argument -> args.add(argument.toString()));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void severalMessagesGetALineEachAndATableOfSums() throws IOException {
        Path mbox = mbox();
        CommandRun run = check(mbox);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().replace(temp.toString(), "/var/mail")).isEqualTo("""
                        verdict    author                      SPF       DKIM      DMARC     rule                  file
                        accept     bank.example                pass      none      pass      default               /var/mail/in.mbox#1
                        reject     bank.example                pass      none      fail      dmarc-reject          /var/mail/in.mbox#2

                        verdict  messages    share
                        accept          1   50.0 %
                        reject          1   50.0 %
                        all             2  100.0 %

                        rule          messages
                        default              1
                        dmarc-reject         1
                        """);
        assertThat(check(mbox, "--fail-on=quarantine,reject").status()).isEqualTo(1);
        assertThat(check(mbox, "--fail-on=discard").status()).isZero();
        assertThat(check(mbox + "#2").status()).isEqualTo(11);
    }

    @Test
    void jsonIsAnObjectOnALineForEachMessage() throws IOException {
        List<String> lines = check(mbox(), "--json").out().lines().toList();
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("{\"schema\":1,\"file\":\"" + temp));
        assertThat(lines.getLast()).contains("\"verdict\":\"reject\"", "\"received-field\":1");
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndTheOthersAreChecked() throws IOException {
        CommandRun run = check(mbox(), temp.resolve("missing.eml"));
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err())
                .isEqualTo("countersign: " + temp.resolve("missing.eml") + " does not exist: check the name\n");
        assertThat(run.out()).contains("all             2");
    }

    @Test
    void aRecordedCheckIsReplayedWithoutANetworkToTheSameJson() throws IOException {
        Path mail = single();
        Path snapshot = temp.resolve("dns.txt");
        CommandRun recorded = check(mail, "--json", "--explain", "--record=" + snapshot);
        assertThat(recorded.status()).isEqualTo(11);
        assertThat(Files.readString(snapshot))
                .startsWith(";!asked 20")
                .contains("_dmarc.bank.example. 3600 IN TXT \"v=DMARC1; p=reject\"\n");
        dns.close();
        CommandRun replayed = check(mail, "--json", "--explain", "--replay=" + snapshot);
        assertThat(replayed.err()).isEmpty();
        assertThat(replayed.out()).isEqualTo(recorded.out());
        assertThat(replayed.status()).isEqualTo(11);
    }

    @Test
    void whatASnapshotLacksIsNamedAndAddedOnRequest() throws IOException {
        Path mail = single();
        Path snapshot =
                Files.writeString(temp.resolve("dns.txt"), "list.example. 300 IN TXT \"v=spf1 ip4:192.0.2.9 -all\"\n");
        CommandRun lacking = check(mail, "--replay=" + snapshot);
        assertThat(lacking.status()).isEqualTo(75);
        assertThat(lacking.err())
                .contains(
                        "countersign: the snapshot has no answer to TXT _dmarc.bank.example: --ask asks for it and adds it\n");
        assertThat(check(mail, "--replay=" + snapshot, "--ask").status()).isEqualTo(11);
        dns.close();
        assertThat(check(mail, "--replay=" + snapshot).status()).isEqualTo(11);
        Files.writeString(snapshot, "list.example. 300 IN A 1.2.3\n");
        CommandRun wrong = check(mail, "--replay=" + snapshot);
        assertThat(wrong.status()).isEqualTo(65);
        assertThat(wrong.err()).isEqualTo("countersign: " + snapshot + ":1: an A record needs one IPv4 address\n");
    }

    @Test
    void aCaseIsRepeatedAnywhereAndSaysIfTheVerdictDiffers() throws IOException {
        Path mail = single();
        Path zip = temp.resolve("case.zip");
        String first = check(mail, "--json", "--explain", "--bundle=" + zip).out();
        dns.close();
        Files.delete(policy);
        CommandRun again = CommandRun.of("check", "--bundle=" + zip, "--json", "--explain");
        assertThat(again.out()).isEqualTo(first);
        assertThat(again.status()).isEqualTo(11);
        assertThat(again.err()).startsWith("countersign: The verdict is that of the case, which was made at 20");
        CommandRun text = CommandRun.of("check", "--bundle=" + zip);
        assertThat(text.out())
                .startsWith("reject  550 ")
                .contains("client    192.0.2.9, from the top Received field\n");
        Files.writeString(temp.resolve("no.zip"), "PK");
        assertThat(CommandRun.of("check", "--bundle=" + temp.resolve("no.zip")).status())
                .isEqualTo(65);
    }

    /** The key is used and not in the case; the guard compares it with the recorded DNS. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            alice@home.example,   signed,            0
            alice@shop.example,   signed,            0
            alice@other.example,  no-signing-entry,  0
            alice@gone.example,   no-active-key,     11
            alice@late.example,   key-not-published, 12
            """)
    void aCaseOfOutboundMailIsRepeatedWithoutItsKeys(String author, String rule, int status) throws IOException {
        writeSigningPolicy();
        Path mail = Files.writeString(
                temp.resolve("out.eml"), "From: " + author + "\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n\nHello\n");
        StaticZone.Builder records = StaticZone.builder();
        for (String name : List.of("home", "shop")) {
            records.txt("s1._domainkey." + name + ".example", published(name));
        }
        Path zip = temp.resolve("case.zip");
        String first;
        try (ZoneServer keys = ZoneServer.start(records.build())) {
            CommandRun run = CommandRun.of(
                    "check",
                    mail.toString(),
                    "--config=" + policy,
                    "--user=alice",
                    "--json",
                    "--explain",
                    "--bundle=" + zip,
                    "--dns=127.0.0.1:" + keys.address().getPort());
            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isEqualTo(status);
            assertThat(run.json()).containsEntry("/rule", rule);
            first = run.out();
        }
        for (String name : List.of("home", "shop", "gone", "late")) {
            Path key = temp.resolve("keys/" + name + ".example.s1.pem");
            assertThat(entries(zip))
                    .doesNotContain("PRIVATE KEY", Files.readAllLines(key).get(1));
            Files.delete(key);
        }
        Files.delete(policy);
        CommandRun again = CommandRun.of("check", "--bundle=" + zip, "--json", "--explain");
        assertThat(again.err()).startsWith("countersign: The verdict is that of the case");
        assertThat(again.out()).isEqualTo(first);
        assertThat(again.status()).isEqualTo(status);
    }

    /** One key in the policy file and three in a table, with their key files. */
    private void writeSigningPolicy() throws IOException {
        CommandRun keygen = CommandRun.of(
                "keygen",
                "--domain=home.example",
                "--selector=s1",
                "--algorithm=ed25519",
                "--out=" + temp.resolve("keys"));
        assertThat(keygen.status()).isZero();
        for (String name : List.of("shop", "gone", "late")) {
            Files.copy(
                    temp.resolve("keys/home.example.s1.pem"),
                    temp.resolve("keys/" + name + ".example.s1.pem"),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(temp.resolve("domains.table"), """
                # customers
                shop.example  shop.example  s1  keys/shop.example.s1.pem
                gone.example  gone.example  s1  keys/gone.example.s1.pem  retire-after=2020-01-01
                late.example  late.example  s1  keys/late.example.s1.pem
                """);
        Files.writeString(policy, """
                mode: enforce
                listen: ["inet:127.0.0.1:0"]
                signing:
                  author-must-match-user: none
                  no-active-key: reject
                  key-guard: { check-every: 1h, when-unpublished: tempfail }
                  keys: [{ domain: home.example, selector: s1, key-file: keys/home.example.s1.pem }]
                  table-file: domains.table
                """);
    }

    private String published(String name) throws IOException {
        Octets pem = Octets.wrap(Files.readAllBytes(temp.resolve("keys/" + name + ".example.s1.pem")));
        return switch (SigningKey.parse(pem)) {
            case Parsed.Value<SigningKey, String>(SigningKey key) -> key.publicKeyRecord();
            case Parsed.Malformed<SigningKey, String>(String problem) -> throw new AssertionError(problem);
        };
    }

    /** The content of all entries. */
    private static String entries(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            while (zip.getNextEntry() != null) {
                text.append(new String(zip.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    @Test
    void anExpiredSignatureIsCheckedAtAnotherTime() throws IOException {
        Path mail = single();
        assertThat(check(mail, "--at=2020-01-01", "--json").status()).isEqualTo(11);
    }

    @Test
    void whatMustBeNamedIsSaid() {
        CommandRun run = check();
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err())
                .isEqualTo("countersign check: name the message: a file, or - for standard input; see"
                        + " countersign check --help\n");
    }
}
