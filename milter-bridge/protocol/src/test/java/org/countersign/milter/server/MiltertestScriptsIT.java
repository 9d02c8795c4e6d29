package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.SessionSettings;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.testing.SessionLimits;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rare sequences of commands, sent by scripts of miltertest: every message gets its one reply, and none stays open. */
@Timeout(600)
class MiltertestScriptsIT {
    private static final Path PROGRAM = Path.of("/usr/bin/miltertest");
    private static final List<String> SCRIPTS = List.of(
            "old-versions",
            "odd-flags",
            "replies",
            "abort-anywhere",
            "empty-parts",
            "many-recipients",
            "connection-reuse");

    @TempDir
    Path directory;

    private static FilterDecision decide(RecordingFilter.Message message) {
        FilterVerdict verdict = switch (message.finished.getFirst().queueId().orElse("-")) {
            case "reject" -> new FilterVerdict.Refuse(ReplyText.of(550, "5.7.26", "rejected"));
            case "tempfail" -> new FilterVerdict.Refuse(ReplyText.of(451, "4.7.0", "not now"));
            case "quarantine" -> new FilterVerdict.Quarantine("a reason");
            case "discard" -> new FilterVerdict.Discard();
            default -> new FilterVerdict.Accept();
        };
        return new FilterDecision(
                verdict,
                List.of(new HeaderEdit.Prepend(HeaderField.of("Authentication-Results", " mx.example; none"))));
    }

    static Stream<Arguments> scriptsAndSockets() {
        return SCRIPTS.stream().flatMap(script -> Stream.of("inet", "unix").map(kind -> Arguments.of(script, kind)));
    }

    @ParameterizedTest
    @MethodSource("scriptsAndSockets")
    void everyMessageGetsItsReply(String script, String kind) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "miltertest is not installed");
        ListenAddress address = kind.equals("unix")
                ? new ListenAddress.Unix(directory.resolve("milter.sock"))
                : new ListenAddress.Inet("127.0.0.1", 0, false);
        RecordingFilter filter = RecordingFilter.deciding(MiltertestScriptsIT::decide);
        MetricRegistry metrics = new MetricRegistry();
        SessionSettings standard = SessionLimits.withoutProgress();
        ServerSettings settings = ServerSettings.listeningOn(List.of(address))
                .withSessions(new SessionSettings(
                        standard.progressInterval(),
                        500,
                        standard.maxHeaderFields(),
                        standard.maxHeaderOctets(),
                        standard.maxErrors()));
        try (MilterServer server = MilterServer.start(settings, filter, MemoryBudget.ofHeap(), metrics)) {
            run(script, socket(server.addresses().getFirst()));
        }
        assertThat(filter.messages()).isNotEmpty().allMatch(message -> message.closes == 1);
        assertThat(filter.messages()).allMatch(message -> message.finished.size() <= 1);
        assertThat(metrics.value(ServerMetrics.OPEN_MESSAGES)).isZero();
    }

    @Test
    void everyScriptIsRun() throws Exception {
        Path folder = Path.of(Objects.requireNonNull(MiltertestScriptsIT.class.getResource("miltertest"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".lua", "")))
                    .contains("prelude")
                    .filteredOn(name -> !name.equals("prelude"))
                    .containsExactlyInAnyOrderElementsOf(SCRIPTS);
        }
    }

    private static String socket(ListenAddress address) {
        return switch (address) {
            case ListenAddress.Inet inet -> "inet:" + inet.port() + "@" + inet.host();
            case ListenAddress.Unix unix -> unix.toString();
        };
    }

    /** Runs a script after the prelude, in one file, so that an error names its line. */
    private void run(String script, String socket) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve(script + ".lua"), resource("prelude") + resource(script));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(PROGRAM.toString(), "-v", "-s", file.toString(), "-D", "socket=" + socket)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(status).as(text.substring(Math.max(0, text.length() - 4000))).isZero();
    }

    private static String resource(String script) throws IOException {
        try (var in = Objects.requireNonNull(
                MiltertestScriptsIT.class.getResourceAsStream("miltertest/" + script + ".lua"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
