package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.countersign.domain.DomainName;
import org.countersign.rotation.FakeAuthority;
import org.countersign.rotation.TsigKey;
import org.countersign.testing.DocumentedKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the commands of {@code key} write in a whole rotation, as a postmaster types them, with two authoritative servers on
 * loopback addresses. Run with {@code -Dgolden.apply=true} to take over what is written now, and read the difference.
 */
@Execution(ExecutionMode.CONCURRENT)
class KeyCommandTest {
    private static final Path GOLDEN = Path.of(
                    Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."))
            .resolve("milter-bridge/app/src/test/resources/org/countersign/cli/key");
    private static final TsigKey TSIG =
            new TsigKey(DomainName.of("rotate"), "hmac-sha256", "c2VjcmV0IG9mIHRoZSB0ZXN0IG9mIHVwZGF0ZXM=");
    private static final Pattern DATA = Pattern.compile("p=[A-Za-z0-9+/=]{20,}(\" \"[A-Za-z0-9+/=]+)?");

    @TempDir
    Path folder;

    private final List<String> transcript = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-28T02:30:00Z");
    private Optional<FakeAuthority> first = Optional.empty();
    private Optional<FakeAuthority> second = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("mx.yaml"), "mode: monitor\n");
        first = Optional.of(FakeAuthority.start("example.org", "127.0.0.1", Optional.of(TSIG)));
        second = Optional.of(FakeAuthority.start("example.org", "127.0.0.2", Optional.empty()));
    }

    @AfterEach
    void stop() throws IOException {
        first.orElseThrow().close();
        second.orElseThrow().close();
    }

    private CommandRun key(String... words) {
        CommandRun run = KeyRun.of(folder, now, List.of(first.orElseThrow(), second.orElseThrow()), words);
        transcript.add("$ countersign key " + String.join(" ", words) + "\n" + run.out() + run.err()
                + (run.status() == 0 ? "" : "(exit status " + run.status() + ")\n"));
        return run;
    }

    private void later(Duration time) {
        now = now.plus(time);
        transcript.add("-- " + now + "\n");
    }

    private void compare(String name) throws IOException {
        String written = String.join("\n", transcript)
                .replace(folder.toString(), "/etc/countersign")
                .replace(":" + first.orElseThrow().address().getPort(), ":53")
                .replace(":" + second.orElseThrow().address().getPort(), ":53")
                .replace(" " + first.orElseThrow().address().getPort() + "\n", " 53\n");
        written = DATA.matcher(written).replaceAll("p=MIIB...QAB");
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, written);
        }
        assertThat(written).isEqualTo(Files.readString(file));
        // The value of a record is one line, to be copied.
        assertThat(written.lines()
                        .filter(line -> line.length() > 80
                                && !line.startsWith("$ ")
                                && !line.startsWith("countersign")
                                && !line.contains(" IN TXT ")))
                .isEmpty();
    }

    @Test
    void aRotationWithAPersonWhoPublishesRecords() throws IOException {
        CommandRun made = key("new", "example.org");
        String record = KeyRun.recordText(made);
        key("tick");
        first.orElseThrow().publish("r202611._domainkey.example.org", record);
        later(Duration.ofMinutes(20));
        key("status");
        second.orElseThrow().publish("r202611._domainkey.example.org", record);
        later(Duration.ofMinutes(20));
        key("status", "example.org");
        assertThat(key("activate", "example.org").status()).isEqualTo(1);
        later(Duration.ofMinutes(80));
        assertThat(key("tick").status()).isEqualTo(1);
        assertThat(key("activate", "example.org").status()).isZero();
        assertThat(folder.resolve("signing.table"))
                .content()
                .endsWith("example.org  example.org  r202611  keys/example.org.r202611.pem\n");
        Files.writeString(folder.resolve("mx.yaml"), "signing:\n  table-file: signing.table\n");
        assertThat(key("tick")).isEqualTo(new CommandRun(0, "", ""));

        later(Duration.ofDays(365));
        String next = KeyRun.recordText(key("new", "example.org", "--when-ready"));
        first.orElseThrow().publish("r202711._domainkey.example.org", next);
        second.orElseThrow().publish("r202711._domainkey.example.org", next);
        assertThat(key("tick").status()).isZero();
        later(Duration.ofHours(2));
        assertThat(key("tick").status()).isZero();
        key("status");
        later(Duration.ofDays(2));
        assertThat(key("tick").status()).isZero();
        later(Duration.ofDays(8));
        assertThat(key("tick").status()).isEqualTo(1);
        assertThat(folder.resolve("keys/example.org.r202611.pem")).doesNotExist();
        first.orElseThrow().remove("r202611._domainkey.example.org");
        second.orElseThrow().remove("r202611._domainkey.example.org");
        assertThat(key("tick").status()).isZero();
        key("status", "--history");
        compare("rotation.txt");
    }

    @Test
    void anActivationSaysWhatIsToDoAboutOtherKeys() throws IOException {
        String record = KeyRun.recordText(key("new", "example.org", "--selector", "s1"));
        for (FakeAuthority server : List.of(first.orElseThrow(), second.orElseThrow())) {
            server.publish("s1._domainkey.example.org", record);
        }
        key("tick");
        later(Duration.ofHours(2));
        key("new", "example.org", "--selector", "s2", "--algorithm", "ed25519");
        CommandRun run = key("activate", "example.org");
        assertThat(run.out()).startsWith("s1._domainkey.example.org: ready: ").contains("""
                        s1._domainkey.example.org: active: it signs from now on
                        To do: publish this record for example.org
                        """);
        assertThat(run.status()).isZero();
    }

    @Test
    void aNewKeyIsForTheDomainOfAnOrganization() {
        CommandRun label = key("new", "org");
        assertThat(label.status()).isEqualTo(64);
        assertThat(label.err()).contains("\"org\" is a single label");
        assertThat(key("new", "github.io").err()).contains("countersign: warning: github.io is a public suffix");
    }

    @Test
    void aKeyThatSomebodyElseHasIsRevoked() throws IOException {
        String record = KeyRun.recordText(key("new", "example.org", "--selector", "s1", "--when-ready"));
        for (FakeAuthority server : List.of(first.orElseThrow(), second.orElseThrow())) {
            server.publish("s1._domainkey.example.org", record);
        }
        key("tick");
        later(Duration.ofHours(2));
        key("tick");
        first.orElseThrow().remove("s1._domainkey.example.org");
        key("tick");
        first.orElseThrow().publish("s1._domainkey.example.org", record);
        key("revoke", "example.org", "s1");
        assertThat(Files.readString(folder.resolve("signing.table"))).contains("retire-after=1970-01-01T00:00:00Z");
        for (FakeAuthority server : List.of(first.orElseThrow(), second.orElseThrow())) {
            server.publish("s1._domainkey.example.org", "v=DKIM1; p=");
        }
        key("tick");
        key("forget", "example.org", "s1");
        key("new", "example.org", "--selector", "s1");
        compare("revoked.txt");
    }

    @Test
    void aRecordIsAddedByASignedUpdateAndNeverReplaced() throws IOException {
        Path secret = folder.resolve("rotate.key");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                secret, "key \"rotate\" {\n  algorithm hmac-sha256;\n  secret \"" + TSIG.secret() + "\";\n};\n");
        key("new", "example.org", "--selector", "s1");
        String server = first.orElseThrow().named();
        key("publish", "example.org", "--server", server, "--print");
        key("publish", "example.org", "--server", server, "--tsig-file", secret.toString());
        assertThat(first.orElseThrow().texts("s1._domainkey.example.org"))
                .singleElement()
                .asString()
                .startsWith("v=DKIM1; k=rsa; p=");
        key("new", "example.org", "--selector", "s2");
        first.orElseThrow().publish("s2._domainkey.example.org", "something else");
        key("publish", "example.org", "--server", server, "--tsig-file", secret.toString());
        assertThat(first.orElseThrow().texts("s2._domainkey.example.org")).containsExactly("something else");
        // The second server knows no key.
        second.orElseThrow().remove("s1._domainkey.example.org");
        key("publish", "example.org", "--server", second.orElseThrow().named(), "--tsig-file", secret.toString());
        assertThat(second.orElseThrow().texts("s1._domainkey.example.org")).isEmpty();
        compare("publish.txt");
    }

    @Test
    void aTsigFileThatCannotBeUsedHasTheStatusOfItsFault() throws IOException {
        Path secret = folder.resolve("rotate.key");
        String[] words = {
            "publish", "example.org", "--server", first.orElseThrow().named(), "--tsig-file", secret.toString()
        };
        CommandRun missing = key(words);
        assertThat(missing.status()).isEqualTo(66);
        assertThat(missing.err()).isEqualTo("countersign: " + secret + " does not exist: check the name\n");
        Files.createFile(secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        CommandRun wrong = key(words);
        assertThat(wrong.status()).isEqualTo(65);
        assertThat(wrong.err()).startsWith("countersign: " + secret + " has no TSIG key");
    }

    @Test
    void aNewKeyMakesTheTableFileWithoutWhichNoPolicyLoads() throws IOException {
        key("new", "example.org");
        assertThat(folder.resolve("signing.table")).isEmptyFile();
        Files.writeString(folder.resolve("signing.table"), "# mine\n");
        key("new", "example.org");
        assertThat(folder.resolve("signing.table")).hasContent("# mine\n");
    }

    @Test
    void anEntryThatHidesTheNewKeyIsNamed() throws IOException {
        Files.writeString(folder.resolve("signing.table"), "");
        Files.writeString(folder.resolve("mx.yaml"), """
                signing:
                  table-file: signing.table
                  table:
                    - { author: [other.example], keys: [] }
                    - { author: ["*"], user: [bob], keys: [] }
                """);
        CommandRun made = key("new", "example.org");
        assertThat(made.status()).isZero();
        assertThat(made.err())
                .isEqualTo("countersign: warning: " + folder.resolve("mx.yaml")
                        + ":5: signing.table[1]: this entry is tried before the table file, so it hides the new key from"
                        + " some mail of example.org: move its keys to the table file, see \"Keys that exist already\" in"
                        + " docs/keys.md\n");
        Files.writeString(folder.resolve("mx.yaml"), """
                signing:
                  table-file: signing.table
                  table: [{ author: [other.example], keys: [] }]
                """);
        assertThat(key("new", "example.org").err()).isEmpty();
    }

    @Test
    void withoutAPolicyFileTheLineForItIsShown() {
        Path table = folder.resolve("other.table");
        CommandRun made = CommandRun.of("key", "new", "example.org", "--table", table.toString());
        assertThat(made.out()).endsWith("  signing:\n    table-file: " + table.toAbsolutePath() + "\n");
    }

    @Test
    void theOwnerSetsAliasesOnce() throws IOException {
        key(
                "new",
                "example.org",
                "--slots",
                "a,b",
                "--cname-target",
                "{slot}.{domain-with-dashes}.dkim.provider.example");
        key("record", "example.org", "--cname");
        key("record", "example.org", "--zone");
        key("new", "example.org", "--slots", "a,b", "--cname-target", "same.provider.example");
        compare("slots.txt");
    }

    @Test
    void jsonHasEveryKeyThatTheDocumentDescribes() throws IOException {
        key("new", "example.org", "--selector", "s1", "--slots", "a,b", "--cname-target", "{slot}.provider.example");
        key("new", "example.org", "--algorithm", "ed25519");
        CommandRun json = key("status", "--json");
        assertThat(json.status()).isEqualTo(1);
        assertThat(json.json()).containsEntry("/schema", "1").containsEntry("/keys/0/state", "generated");
        assertThat(json.json().keySet().stream()
                        .flatMap(pointer -> Arrays.stream(pointer.split("/", -1)))
                        .toList())
                .containsAll(DocumentedKeys.of("docs/keys.md"));
        String document = Files.readString(
                Path.of(System.getProperty("countersign.root", "..")).resolve("docs/keys.md"));
        assertThat(json.json().keySet())
                .allSatisfy(pointer -> assertThat(document)
                        .contains("`" + pointer.replaceAll("/\\d+$", "").replaceAll(".*/", "") + "`"));
    }

    /** A person publishes each new record; two hours pass between the commands. */
    @Test
    void theWalkThroughOfTheDocumentLeadsToAnActiveKey() throws IOException {
        Files.writeString(
                folder.resolve("mx.yaml"),
                Markdown.blocks("docs/keys.md", "yaml").getFirst());
        List<String> commands = Markdown.commands("docs/keys.md");
        assertThat(commands).hasSizeGreaterThan(5);
        for (String command : commands) {
            if (command.startsWith("touch /etc/countersign/")) {
                Files.createFile(folder.resolve(command.replaceFirst(".*/", "")));
                continue;
            }
            List<String> words = List.of(command.split(" ", -1));
            CommandRun run = key(words.subList(2, words.size()).toArray(String[]::new));
            assertThat(run.status()).as(command + "\n" + run.out() + run.err()).isLessThanOrEqualTo(1);
            if (words.get(2).equals("new")) {
                first.orElseThrow().publish(KeyRun.recordName(run), KeyRun.recordText(run));
                second.orElseThrow().publish(KeyRun.recordName(run), KeyRun.recordText(run));
            }
            later(Duration.ofHours(2));
        }
        assertThat(folder.resolve("signing.table"))
                .content()
                .contains("example.org  r202611  keys/example.org.r202611.pem");
    }
}
