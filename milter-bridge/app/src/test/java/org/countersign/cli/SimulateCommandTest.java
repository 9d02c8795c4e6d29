package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.testing.DocumentedKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code simulate} with an archive of all kinds of mail. Run with {@code -Dgolden.apply=true} to take over what is written
 * now, and read the difference.
 */
@Execution(ExecutionMode.CONCURRENT)
class SimulateCommandTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));
    private static final Path GOLDEN =
            ROOT.resolve("milter-bridge/app/src/test/resources/org/countersign/cli/simulate");
    private static final String SEPARATOR = "From x Mon Nov 23 12:00:00 2026\n";
    private static final String DATE = "; Mon, 23 Nov 2026 12:00:00 +0000\n";

    @TempDir
    private Path temp;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(temp.resolve("mx.yaml"), """
                mode: enforce
                authserv-id: mx.home.example
                """);
        Files.writeString(temp.resolve("new.yaml"), """
                mode: monitor
                authserv-id: mx.home.example
                indirect-flow: { trusted-sealers: [lists.example.net], then: accept }
                """);
        Files.writeString(temp.resolve("dns.txt"), """
                _dmarc.bank.example. 300 IN TXT "v=DMARC1; p=reject"
                ;!nodata example TXT
                ;!nxdomain _dmarc.example
                forwarder.example. 300 IN TXT "v=spf1 ip4:192.0.2.9 -all"
                """);
        StringBuilder mbox = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            mbox.append(message("192.0.2.7", "out.shop.example", "shop.example", """
                    spf=pass smtp.mailfrom=shop.example; dkim=none; dmarc=pass header.from=shop.example \
                    policy.dmarc=reject; arc=none smtp.remote-ip=192.0.2.7""", ""));
        }
        for (int i = 0; i < 4; i++) {
            mbox.append(message("198.51.100.7", "mail.lists.example.net", "bank.example", """
                    spf=pass smtp.mailfrom=lists.example.net; dkim=fail header.d=bank.example; \
                    dmarc=fail header.from=bank.example policy.dmarc=reject; arc=pass (i=1 lists.example.net) \
                    smtp.remote-ip=198.51.100.7 header.oldest-pass=0""", """
                    ARC-Seal: i=1; a=rsa-sha256; cv=none; d=lists.example.net; s=s1; b=AAAA
                    ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=lists.example.net; s=s1; h=From;
                    \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA
                    ARC-Authentication-Results: i=1; lists.example.net; dmarc=pass header.from=bank.example
                    List-Id: Gardening <gardening.lists.example.net>
                    """));
        }
        mbox.append(message("203.0.113.66", "unknown", "bank.example", """
                spf=none smtp.mailfrom=bank.example; dkim=none; dmarc=fail header.from=bank.example \
                policy.dmarc=reject; arc=none smtp.remote-ip=203.0.113.66""", ""));
        mbox.append(SEPARATOR + "Return-Path: <x@forwarder.example>\n" + received("192.0.2.9", "fwd.forwarder.example")
                + body("bank.example", "") + "\n");
        mbox.append(SEPARATOR + received("192.0.2.9", "fwd.forwarder.example") + body("bank.example", "") + "\n");
        mbox.append(SEPARATOR + "Received: from laptop (dsl.isp.example [198.51.100.4]) (Authenticated sender: ada)\n"
                + "\tby mx.home.example (Postfix) with ESMTPSA id 4" + DATE + body("home.example", "") + "\n");
        Files.writeString(temp.resolve("in.mbox"), mbox);
    }

    private static String message(String client, String host, String author, String results, String fields) {
        return SEPARATOR + "Return-Path: <bounce@" + author + ">\nAuthentication-Results: mx.home.example; " + results
                + "\n" + received(client, host) + body(author, fields) + "\n";
    }

    private static String received(String client, String host) {
        return "Received: from " + host + " (" + host + " [" + client
                + "])\n\tby mx.home.example (Postfix) with ESMTPS id 4" + DATE;
    }

    private static String body(String author, String fields) {
        return fields + "From: Alice <alice@" + author + ">\nSubject: x\n\nHello\n";
    }

    /** Runs the program in a process of its own, in the directory of the archive. */
    private String launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.countersign.cli.Main",
                "simulate"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectError(temp.resolve("err").toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().keySet().removeAll(Set.of("COLUMNS", "LC_ALL", "JAVA_TOOL_OPTIONS"));
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(temp.resolve("err"))).isZero();
        assertThat(Files.readString(temp.resolve("err"))).isEmpty();
        return out;
    }

    private static void compare(String name, String written) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, written);
        }
        assertThat(written).isEqualTo(Files.readString(file));
    }

    @Test
    void oneFileAtATerminalOf80Columns() throws Exception {
        String out = launch(
                Map.of("COLUMNS", "80"), "--archive=in.mbox", "--policy=mx.yaml", "--replay=dns.txt", "--color=never");
        assertThat(out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        compare("one.80.txt", out);
        assertThat(Files.readString(ROOT.resolve("docs/simulate.md"))).contains("```text\n" + out + "```\n");
    }

    @Test
    void twoFilesInAPipe() throws Exception {
        compare(
                "two.piped.txt",
                launch(Map.of(), "--archive=in.mbox", "--policy=mx.yaml", "--against=new.yaml", "--replay=dns.txt"));
    }

    private CommandRun simulate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("simulate", "--replay=" + temp.resolve("dns.txt")));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private String file(String name) {
        return temp.resolve(name).toString();
    }

    @Test
    void everyKeyOfTheJsonIsDescribed() throws IOException {
        CommandRun run = simulate(
                "--archive=" + file("in.mbox"),
                "--policy=" + file("mx.yaml"),
                "--against=" + file("new.yaml"),
                "--json");
        assertThat(run.status()).isZero();
        assertThat(run.out()).isASCII();
        Set<String> keys = new TreeSet<>();
        collect(ExplanationJson.read(run.out().getBytes(StandardCharsets.US_ASCII)), keys);
        assertThat(keys).containsAll(DocumentedKeys.of("docs/simulate.md"));
        String document = Files.readString(ROOT.resolve("docs/simulate.md"));
        assertThat(keys).allSatisfy(key -> assertThat(document).contains("`" + key + "`"));
        assertThat(run.json())
                .containsEntry("/schema", "1")
                .containsEntry("/messages/all", "20")
                .containsEntry("/changes/0/from", "reject")
                .containsEntry("/changes/0/to", "accept")
                .containsEntry("/changes/0/messages", "4")
                .containsEntry("/policies/0/suggestions/0/value", "lists.example.net")
                .containsEntry("/policies/0/suggestions/0/turned", "4")
                .containsEntry("/policies/0/suggestions/0/supported", "false");
    }

    private static void collect(Explanation explanation, Set<String> keys) {
        switch (explanation) {
            case Explanation.Group group ->
                group.members().forEach((key, value) -> {
                    keys.add(key);
                    collect(value, keys);
                });
            case Explanation.Items items -> items.items().forEach(item -> collect(item, keys));
            case Explanation plain -> {}
        }
    }

    /** The command at an example has the verdict of the example. */
    @Test
    void theCommandOfAnExampleRepeatsIt() throws IOException {
        CommandRun run = simulate("--archive=" + file("in.mbox"), "--policy=" + file("mx.yaml"), "--json");
        String recorded = run.json().getOrDefault("/policies/0/objections/0/examples/0/command", "");
        assertThat(recorded)
                .isEqualTo("countersign simulate --results=recorded --policy=" + file("mx.yaml") + " --archive="
                        + file("in.mbox") + "#13");
        CommandRun again = CommandRun.of(
                recorded.substring("countersign ".length()).concat(" --json").split(" ", -1));
        assertThat(again.json()).containsEntry("/messages/all", "1").containsEntry("/policies/0/verdicts/reject", "1");
    }

    @Test
    void aSuggestionWarnsOfRelaysThatNobodyKnows() throws IOException {
        Files.createDirectories(temp.resolve("Maildir/new"));
        Files.createDirectories(temp.resolve("Maildir/cur"));
        String forwarded = message("203.0.113.66", "unknown", "bank.example", """
                spf=pass smtp.mailfrom=forger.example; dkim=none; dmarc=fail header.from=bank.example \
                policy.dmarc=reject; arc=none smtp.remote-ip=203.0.113.66""", "");
        Files.writeString(temp.resolve("Maildir/cur/1:2,PS"), forwarded.substring(SEPARATOR.length()));
        CommandRun run = simulate("--archive=" + file("Maildir"), "--policy=" + file("mx.yaml"));
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("indirect-flow.forwarders.networks: [203.0.113.66]\n  would turn 1 of 1 message; 1 answered")
                .contains("List only a relay that you know: mail in any name can come over it then.\n");
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndTheOthersAreCounted() throws IOException {
        CommandRun run =
                simulate("--archive=" + file("in.mbox"), "--archive=" + file("missing"), "--policy=" + file("mx.yaml"));
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err()).isEqualTo("countersign: " + file("missing") + " does not exist: check the name\n");
        assertThat(run.out()).contains("all                                                20\n");
    }

    @Test
    void withoutAnyMessageOnlyTheReasonIsShown() throws IOException {
        CommandRun run = simulate("--archive=" + file("missing"), "--policy=" + file("mx.yaml"));
        assertThat(run)
                .isEqualTo(new CommandRun(
                        66, "", "countersign: " + file("missing") + " does not exist: check the name\n"));
    }

    @Test
    void aHostileArchiveIsReadToItsEndAndItsWordsAreEscaped() throws IOException {
        Path directory = Files.createDirectories(temp.resolve("mail"));
        Files.createSymbolicLink(directory.resolve("loop"), directory);
        Files.createDirectories(directory.resolve("empty/cur"));
        Files.createDirectories(directory.resolve("empty/new"));
        Files.write(directory.resolve("nothing"), new byte[0]);
        Files.write(directory.resolve("octets"), new byte[] {0, 1, 2, (byte) 0xFF, 13, 10, 27});
        Files.writeString(directory.resolve("huge"), "X-A: " + "a".repeat(3_000_000) + "\nFrom: a@bank.example\n\nx\n");
        Files.writeString(directory.resolve("many"), "Received: x\n".repeat(50_000) + "From: a@bank.example\n\nx\n");
        Files.writeString(directory.resolve("broken.mbox"), SEPARATOR + "\n\n" + SEPARATOR + "From:\n" + SEPARATOR);
        Files.writeString(directory.resolve("name\u001b[31m\u202e"), """
                Received: from x\u001b[2J (out.x.example [192.0.2.9]) by y; Mon, 23 Nov 2026 12:00:00 +0000
                List-Id: <\u001b]0;x\u0007.example>
                From: \u202ea@bank.example

                x
                """);
        CommandRun run = simulate("--archive=" + directory, "--policy=" + file("mx.yaml"));
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.err()).contains("nothing is empty");
        assertThat(run.out() + run.err()).matches("[\n\\x20-\\x7e]*");
        assertThat(run.out()).containsPattern("all +[5-9]\n");
    }

    @Test
    void optionsThatExcludeEachOtherAreNamed() {
        CommandRun sample = simulate("--archive=-", "--policy=" + file("mx.yaml"), "--sample=3");
        assertThat(sample.status()).isEqualTo(64);
        assertThat(sample.err()).contains("--sample reads the archive twice, which standard input does not allow");
        assertThat(simulate("--archive=x", "--policy=" + file("mx.yaml"), "--sample=0")
                        .err())
                .contains("--sample is the number of messages to judge, at least 1");
        assertThat(simulate("--archive=" + file("in.mbox"), "--policy=" + file("missing.yaml"))
                        .status())
                .isEqualTo(66);
    }
}
