package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dns.StaticZone;
import org.countersign.policy.Verdict;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.VectorZones;
import org.countersign.testing.ZoneServer;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance pack through {@code countersign check} and a DNS server: the command reports the outcome of the engine. */
@Execution(ExecutionMode.CONCURRENT)
class CheckConformanceTest {
    /**
     * The cases whose outcome changes in later years. The command evaluates a message as if it arrived now, so it cannot
     * run them. There are none.
     */
    private static final List<String> CLOCK_DEPENDENT = List.of();

    @TempDir
    private Path temp;

    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream().filter(vector -> !CLOCK_DEPENDENT.contains(vector.id()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void checkReportsTheOutcomeOfTheEngine(ConformanceCase vector) throws IOException {
        MessageOutcome.Judged engine = ConformanceRun.outcome(vector);
        try (ZoneServer dns = VectorZones.serve(vector.zone())) {
            CommandRun run = check(vector, dns);

            assertThat(run.err()).isEmpty();
            assertThat(run.status()).isEqualTo(status(engine.decision().verdict()));
            Map<String, String> said = run.json();
            assertThat(said)
                    .containsEntry("/verdict", vector.expect().verdict())
                    .containsEntry("/verdict", engine.decision().verdict().keyword())
                    .containsEntry("/judged", engine.decision().ruled().keyword())
                    .containsEntry("/rule", engine.decision().rule())
                    .containsEntry("/spf/result", engine.facts().spf().keyword())
                    .containsEntry("/dmarc/result", engine.facts().dmarcKeyword());
            vector.expect()
                    .policy()
                    .ifPresent(policy -> assertThat(said)
                            .containsEntry("/dmarc/policy/applied", policy)
                            .containsEntry("/dmarc/method", "treewalk")
                            .containsKeys(
                                    "/dmarc/published/record/text",
                                    "/dmarc/published/domain",
                                    "/dmarc/walks/0/steps/0/domain"));
            assertThat(signatures(said))
                    .isEqualTo(engine.facts().signatures().stream()
                            .map(DkimResult::keyword)
                            .toList());
        }
    }

    @Test
    void theOmittedCasesAreThoseThatDependOnTheirClock() {
        assertThat(ConformancePack.load().stream()
                        .filter(vector -> !keywords(vector).equals(keywords(yearsLater(vector))))
                        .map(ConformanceCase::id))
                .containsExactlyElementsOf(CLOCK_DEPENDENT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aReplayOfTheRecordedAnswersGivesTheSameJsonOctetForOctet(ConformanceCase vector) throws IOException {
        Path snapshot = temp.resolve("dns.txt");
        CommandRun recorded;
        CommandRun replayed;
        try (ZoneServer dns = VectorZones.serve(vector.zone())) {
            recorded = check(vector, dns, "--explain", "--record=" + snapshot);
        }
        try (ZoneServer silent = ZoneServer.start(StaticZone.builder().build())) {
            replayed = check(vector, silent, "--explain", "--replay=" + snapshot);
        }
        assertThat(replayed.err()).isEmpty();
        assertThat(replayed.out()).isEqualTo(recorded.out());
        assertThat(replayed.out()).contains("\"schema\" : 1,");
    }

    private CommandRun check(ConformanceCase vector, ZoneServer dns, String... more) throws IOException {
        Path policy = Files.writeString(
                temp.resolve("policy.yaml"),
                "mode: " + vector.mode().name().toLowerCase(Locale.ROOT)
                        + "\nauthserv-id: " + ConformancePack.RECEIVING_HOST
                        + "\ndns: {timeout: 30s, deadline: 60s}\n"
                        + vector.policy().orElse(""));
        List<String> args = new ArrayList<>(List.of(
                "check",
                "-",
                "--json",
                "--config=" + policy,
                "--ip=" + vector.smtp().ip(),
                "--helo=" + vector.smtp().helo(),
                "--mail-from=<" + vector.smtp().mailFrom() + ">",
                "--dns=127.0.0.1:" + dns.address().getPort()));
        vector.smtp().recipients().forEach(recipient -> args.add("--rcpt=" + recipient));
        args.addAll(List.of(more));
        return CommandRun.withInput(
                new String(vector.octets(), StandardCharsets.ISO_8859_1), args.toArray(String[]::new));
    }

    // Scripts depend on these numbers, so they are not taken from the program.
    private static int status(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> 0;
            case Verdict.Tag tag -> 0;
            case Verdict.Quarantine quarantine -> 10;
            case Verdict.Discard discard -> 11;
            case Verdict.Reject reject -> 11;
            case Verdict.TempFail tempFail -> 12;
        };
    }

    private static List<String> signatures(Map<String, String> said) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "/dkim/" + i + "/result")
                .takeWhile(said::containsKey)
                .map(said::get)
                .toList();
    }

    private static List<String> keywords(ConformanceCase vector) {
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector);
        List<String> keywords = new ArrayList<>(List.of(
                outcome.decision().verdict().keyword(),
                outcome.facts().spf().keyword(),
                outcome.facts().dmarcKeyword()));
        outcome.facts().signatures().forEach(signature -> keywords.add(signature.keyword()));
        return keywords;
    }

    private static ConformanceCase yearsLater(ConformanceCase vector) {
        return new ConformanceCase(
                vector.id(),
                vector.rfc(),
                vector.why(),
                vector.zone(),
                vector.smtp(),
                vector.clock().plus(Duration.ofDays(36_500)),
                vector.mode(),
                vector.policy(),
                vector.expect(),
                vector.message());
    }
}
