package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.arc.SealedArcSet;
import org.countersign.config.FrontEnd;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.keys.SigningKey;
import org.countersign.policy.Mode;
import org.countersign.service.FileFailure.Reason;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LiveEngineTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final String POLICY = """
        signing:
          table-file: domains.table
          keys: [{ domain: example.net, selector: n, key-file: a.pem }]
        """;

    @TempDir
    private Path temp;

    private Path policy;
    private final BlockingQueue<LoadedPolicy> reloads = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<String>> refusals = new LinkedBlockingQueue<>();

    private final PolicySource.Listener listener = new PolicySource.Listener() {
        @Override
        public void reloaded(LoadedPolicy before, LoadedPolicy now) {
            reloads.add(now);
        }

        @Override
        public void refused(List<String> problems) {
            refusals.add(problems);
        }
    };

    @BeforeEach
    void write() throws IOException {
        policy = Files.writeString(temp.resolve("mx.yaml"), POLICY);
        key("a.pem", TestKeys.RFC_8463_ED25519_SEED);
        key("b.pem", TestKeys.RFC_8463_ED25519_PEM);
        table("example.org example.org s1 a.pem");
    }

    private void key(String name, String text) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void table(String text) throws IOException {
        Files.writeString(temp.resolve("domains.table"), text + "\n");
    }

    private LiveEngine start() throws FileFailure {
        return LiveEngine.start(policy, FrontEnd.NONE, InstantSource.system(), INTERVAL, listener, TestPolicies.IGNORE);
    }

    private <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(50, TimeUnit.SECONDS), "nothing has happened");
    }

    private static MessageSession begin(LiveEngine engine) {
        MessageSession flow = engine.get()
                .open(new SmtpTransaction(
                        new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                        "laptop",
                        ReversePath.parse("a@example.org"),
                        Optional.of("a@example.org"),
                        "",
                        "mx"));
        flow.header(HeaderField.of("From", " a@example.org"));
        return flow;
    }

    @Test
    void aPolicyOfWhichAnExampleFailsIsNotTaken() throws Exception {
        try (LiveEngine engine = start()) {
            Files.writeString(policy, """
                protect: [example.org]
                examples:
                  - { name: ours, author: a@example.org, expect: accept, expect-rule: default }
                """);
            assertThat(next(refusals))
                    .containsExactly(policy + ":3: examples[0]: the example ours: expected accept by the rule default,"
                            + " got reject by the rule protect; see what countersign policy test says");
            assertThat(engine.policy().configuration().policy().settings().protect())
                    .isEmpty();
        }
    }

    private static final String ENFORCED = "mode: enforce\nprotect: [example.org]\n" + POLICY;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# all comments\n", "---\n", "{}\n"})
    void aFileWithoutSettingsIsNotTaken(String text) throws Exception {
        Files.writeString(policy, ENFORCED);
        try (LiveEngine engine = start()) {
            Files.writeString(policy, text);
            assertThat(next(refusals))
                    .singleElement()
                    .asString()
                    .startsWith(policy + ": has no settings, and an empty file does not replace a running policy: ");
            assertThat(engine.policy().configuration().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(selectors(engine)).containsExactly("s1");
            Files.writeString(policy, "help-url: \"https://example.org/\"\n" + ENFORCED);
            assertThat(next(reloads).lostSince(engine.policy())).isEmpty();
        }
    }

    @Test
    void aFileWithoutAModeIsNotTakenWhileEnforceIsInForce() throws Exception {
        Files.writeString(policy, ENFORCED);
        try (LiveEngine engine = start()) {
            Files.writeString(policy, "protect: [example.org]\n" + POLICY);
            assertThat(next(refusals))
                    .singleElement()
                    .asString()
                    .startsWith(policy + ": mode is missing while mode: enforce is in effect")
                    .contains("write mode: enforce, or mode: monitor");
            assertThat(engine.policy().configuration().mode()).isEqualTo(Mode.ENFORCE);
        }
    }

    @Test
    void aTableThatIsEmptiedIsNotTaken() throws Exception {
        try (LiveEngine engine = start()) {
            table("# nothing left");
            assertThat(next(refusals)).singleElement().asString().contains("signing.table-file had 1 lines");
            assertThat(selectors(engine)).containsExactly("s1");
        }
    }

    @Test
    void aFileThatEndsInTheMiddleOfALineIsNotTakenWhereSomethingIsMissing() throws Exception {
        table("example.org example.org s1 a.pem\nexample.com example.com s3 b.pem");
        try (LiveEngine engine = start()) {
            Files.writeString(temp.resolve("domains.table"), "example.org example.org s1 a.pem");
            assertThat(next(refusals))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("the last line of this file or of its table file has no"),
                            line -> assertThat(line)
                                    .endsWith("missing: keys that sign or seal: s3._domainkey.example.com"));
            table("example.org example.org s1 a.pem");
            assertThat(next(reloads).keyCount()).isEqualTo(2);
            assertThat(engine.policy().keyCount()).isEqualTo(2);
        }
    }

    @Test
    void whatAReloadHasLostIsTold() throws Exception {
        Files.writeString(policy, ENFORCED);
        try (LiveEngine engine = start()) {
            LoadedPolicy before = engine.policy();
            Files.writeString(policy, "mode: monitor\nprotect: [example.com]\n");
            assertThat(next(reloads).lostSince(before))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("mode enforce: the mode is monitor now"),
                            line -> assertThat(line)
                                    .isEqualTo("keys that sign or seal: n._domainkey.example.net,"
                                            + " s1._domainkey.example.org"),
                            line -> assertThat(line).isEqualTo("domains in protect: example.org"),
                            line -> assertThat(line).isEqualTo("settings, for which the defaults apply now: signing"));
        }
    }

    @Test
    void aRequestToReloadIsAnsweredAtOnceAlsoWhenNothingHasChanged() throws Exception {
        BlockingQueue<LoadedPolicy> unchanged = new LinkedBlockingQueue<>();
        PolicySource.Listener all = new PolicySource.Listener() {
            @Override
            public void reloaded(LoadedPolicy before, LoadedPolicy now) {
                reloads.add(now);
            }

            @Override
            public void refused(List<String> problems) {
                refusals.add(problems);
            }

            @Override
            public void unchanged(LoadedPolicy kept) {
                unchanged.add(kept);
            }
        };
        try (LiveEngine engine = LiveEngine.start(
                policy, FrontEnd.NONE, InstantSource.system(), Duration.ofDays(1), all, TestPolicies.IGNORE)) {
            engine.reload();
            assertThat(next(unchanged)).isSameAs(engine.policy());
            table("example.org example.org s2 b.pem");
            engine.reload();
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
            table("x");
            engine.reload();
            assertThat(next(refusals)).isNotEmpty();
            engine.reload();
            assertThat(next(refusals)).isNotEmpty();
        }
    }

    @Test
    void whatIsWrongInAllFilesIsToldAtOnce() throws IOException {
        Files.writeString(policy, "mode: enforcee\n" + POLICY.replace("a.pem", "none.pem"));
        table("example.org example.org s1 missing.pem\nexample.com exa!mple.com s2 b.pem");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains(":1: mode: expected monitor or enforce"),
                        line -> assertThat(line).contains("domains.table:2: expected a domain"),
                        line -> assertThat(line).endsWith("none.pem does not exist: check the name"));
    }

    private static List<String> selectors(MessageSession flow) {
        flow.endOfHeaders();
        return ((MessageOutcome.Signed) flow.conclude())
                .signedBy().stream().map(SigningIdentity::selector).toList();
    }

    private static List<String> selectors(LiveEngine engine) {
        try (MessageSession flow = begin(engine)) {
            return selectors(flow);
        }
    }

    @Test
    void theTableOfTemporaryErrorsSurvivesAReload() throws Exception {
        try (LiveEngine engine = start()) {
            LoadedPolicy before = engine.policy();
            Files.writeString(policy, POLICY + "dns: { timeout: 1s }\n");
            LoadedPolicy now = next(reloads);
            assertThat(now.state().dns()).isNotSameAs(before.state().dns());
            assertThat(now.state().shared().temperrors())
                    .isSameAs(before.state().shared().temperrors());
        }
    }

    @Test
    void anyOfItsFilesIsFollowedAndMessagesUnderWayEndAsTheyBegan() throws Exception {
        try (LiveEngine engine = start();
                MessageSession underWay = begin(engine)) {
            table("example.org example.org s2 b.pem");
            assertThat(next(reloads).keyCount()).isEqualTo(2);
            assertThat(selectors(engine)).containsExactly("s2");
            assertThat(selectors(underWay)).containsExactly("s1");

            Files.writeString(policy, "mode: enforce\n" + POLICY);
            assertThat(next(reloads).configuration().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(selectors(engine)).containsExactly("s2");
            assertThat(refusals).isEmpty();
        }
    }

    @Test
    void aNewKeyInAnOldFileIsTakenUp() throws Exception {
        try (LiveEngine engine = start()) {
            var before = engine.policy().state().keys();
            key("a.pem", TestKeys.RSA_PEM);
            var after = next(reloads).state().keys();
            assertThat(after)
                    .extractingByKey(temp.resolve("a.pem"))
                    .extracting(SigningKey::bits)
                    .isEqualTo(2048);
            assertThat(before)
                    .extractingByKey(temp.resolve("a.pem"))
                    .extracting(SigningKey::bits)
                    .isEqualTo(256);
        }
    }

    @Test
    void aFileMovedIntoPlaceIsTakenUp() throws Exception {
        try (LiveEngine engine = start()) {
            Path other = Files.writeString(temp.resolve("new.table"), "example.org example.org s3 a.pem\n");
            Files.move(other, temp.resolve("domains.table"), StandardCopyOption.ATOMIC_MOVE);
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s3");
        }
    }

    @Test
    void nothingOfABrokenFileIsTakenAndItSaysWhereItIsBroken() throws Exception {
        try (LiveEngine engine = start()) {
            table("example.org example.org s2 a.pem\nexample.org exa!mple.org s3 a.pem\n*.example.org");
            assertThat(next(refusals))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith(temp.resolve("domains.table") + ":2: expected a domain"),
                            line -> assertThat(line)
                                    .startsWith(temp.resolve("domains.table") + ":3: has 1 of the four"));
            assertThat(selectors(engine)).containsExactly("s1");

            table("example.org example.org s2 a.pem");
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
        }
    }

    @Test
    void aKeyFileThatIsMissingOrOpenIsWaitedFor() throws Exception {
        try (LiveEngine engine = start()) {
            table("example.org example.org s2 c.pem");
            assertThat(next(refusals))
                    .containsExactly(temp.resolve("domains.table") + ":1: " + temp.resolve("c.pem")
                            + " does not exist: check the name");
            Path file = Files.writeString(temp.resolve("c.pem"), TestKeys.RFC_8463_ED25519_SEED);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            List<String> open = next(refusals);
            assertThat(open).singleElement().satisfies(line -> assertThat(line).contains("chmod 600 " + file));
            assertThat(selectors(engine)).containsExactly("s1");

            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
        }
    }

    @Test
    void whatHasNotChangedIsKept() throws Exception {
        try (LiveEngine engine = start()) {
            ReusableState before = engine.policy().state();
            table("example.org example.org s2 a.pem");
            ReusableState after = next(reloads).state();
            assertThat(after.dns()).isSameAs(before.dns());
            assertThat(after.keys().get(temp.resolve("a.pem")))
                    .isSameAs(before.keys().get(temp.resolve("a.pem")));

            Files.writeString(policy, "dns: { timeout: 3s }\n" + POLICY);
            assertThat(next(reloads).state().dns()).isNotSameAs(before.dns());
        }
    }

    @Test
    void aKeyThatSeveralLinesNameIsCountedOnce() throws Exception {
        table("""
                *@example.org example.org s1 a.pem
                *@*.example.org example.org s1 a.pem
                example.org example.org s2 b.pem
                """);
        try (LiveEngine engine = start()) {
            int ofThePolicyFile =
                    engine.policy().configuration().signing().keys().size();
            assertThat(engine.policy().keyCount()).isEqualTo(2 + ofThePolicyFile);
            assertThat(selectors(engine)).containsExactly("s1", "s2");
        }
    }

    @Test
    void aKeyFileOfManyDomainsIsReadOnce() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("d%d.example d%d.example s a.pem\n".formatted(i, i));
        }
        table(lines + "example.org example.org s1 a.pem");
        try (LiveEngine engine = start()) {
            assertThat(engine.policy().keyCount()).isEqualTo(1002);
            assertThat(engine.policy().state().keys()).hasSize(1);
            assertThat(selectors(engine)).containsExactly("s1");
        }
    }

    @Test
    void aKeyFileThatCannotBeUsedIsReportedOnceHoweverManyDomainsItIsFor() throws Exception {
        table("example.org example.org s1 none.pem\nexample.com example.com s1 none.pem");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.MISSING);
        assertThat(failure.lines()).hasSize(1);
    }

    @Test
    void whatIsWrongAtTheStartIsToldAndNothingIsWatched() throws IOException {
        Files.writeString(policy, "mod: enforce\nsigning: 7\n");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.lines()).hasSize(2);
    }

    private static Optional<SealedArcSet> seal(LiveEngine engine) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                "mail",
                ReversePath.parse("a@elsewhere.example"),
                Optional.empty(),
                "",
                "mx");
        try (MessageSession flow = engine.get().open(transaction)) {
            flow.header(HeaderField.of("From", " a@elsewhere.example"));
            flow.endOfHeaders();
            return ((MessageOutcome.Judged) flow.conclude()).seal();
        }
    }

    private void sealWith(String selector, String keyFile) throws IOException {
        Files.writeString(
                policy,
                "dns: { servers: [\"127.0.0.1:9\"], timeout: 100ms, deadline: 200ms }\n"
                        + "arc: { seal: { domain: example.org, selector: " + selector + ", key-file: " + keyFile
                        + " } }\n");
    }

    @Test
    void theKeyThatSealsIsFollowedLikeThoseThatSign() throws IOException, FileFailure, InterruptedException {
        try (LiveEngine engine = start()) {
            assertThat(seal(engine)).isEmpty();
            sealWith("a1", "a.pem");
            next(reloads);
            assertThat(seal(engine))
                    .hasValueSatisfying(
                            seal -> assertThat(seal.fields().getFirst().value().latin1())
                                    .contains("s=a1;"));
            sealWith("a2", "b.pem");
            next(reloads);
            assertThat(seal(engine))
                    .hasValueSatisfying(
                            seal -> assertThat(seal.fields().getFirst().value().latin1())
                                    .contains("s=a2;"));
        }
    }

    @Test
    void aKeyThatSealsIsASecretLikeThoseThatSign() throws IOException {
        sealWith("a1", "a.pem");
        Files.setPosixFilePermissions(temp.resolve("a.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(failure.lines())
                .singleElement()
                .asString()
                .contains("arc.seal.key-file", "a.pem is open to every user of this machine");
    }
}
