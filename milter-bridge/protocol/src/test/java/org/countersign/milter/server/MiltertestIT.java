package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.testing.SessionLimits;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server with miltertest, OpenDKIM's mail server for tests of filters, if it is installed. */
@Timeout(240)
class MiltertestIT {
    private static final Path PROGRAM = Path.of("/usr/bin/miltertest");

    @TempDir
    Path directory;

    private static FilterDecision decide(RecordingFilter.Message message) {
        if (message.finished.getFirst().queueId().filter("two"::equals).isPresent()) {
            return FilterDecision.of(new FilterVerdict.Refuse(ReplyText.of(550, "5.7.26", "no 100% thanks")));
        }
        return new FilterDecision(
                new FilterVerdict.Accept(),
                List.of(
                        new HeaderEdit.Remove("Authentication-Results", 1),
                        new HeaderEdit.Remove("Authentication-Results", 2),
                        new HeaderEdit.Prepend(HeaderField.of("Authentication-Results", " mx.example; none"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x1FFFFF, 0x1FF})
    void sendsTwoMessages(int offer) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "miltertest is not installed");
        RecordingFilter filter = RecordingFilter.deciding(MiltertestIT::decide);
        ListenAddress address = new ListenAddress.Unix(directory.resolve("milter.sock"));
        ServerSettings settings =
                ServerSettings.listeningOn(List.of(address)).withSessions(SessionLimits.withoutProgress());
        try (MilterServer server = MilterServer.start(settings, filter)) {
            run(server.addresses().getFirst(), offer);
        }
        assertThat(filter.messages()).hasSize(2);
        RecordingFilter.Message first = filter.messages().getFirst();
        assertThat(first.envelope.helo()).isEqualTo("helo.example");
        assertThat(first.envelope.macros().authenticatedUser()).contains("jo");
        assertThat(first.envelope.parameters()).containsExactly("BODY=8BITMIME");
        assertThat(first.recipients).containsExactly("b@here.example");
        assertThat(first.fields.getLast().raw().latin1()).isEqualTo("Authentication-Results: mx.example; dkim=pass");
        assertThat(first.body()).isEqualTo("first line\r\nsecond line\r\n");
    }

    private void run(ListenAddress address, int offer) throws IOException, InterruptedException {
        Path script = directory.resolve("script.lua");
        try (var in = Objects.requireNonNull(MiltertestIT.class.getResourceAsStream("two-messages.lua"))) {
            Files.copy(in, script);
        }
        Path output = directory.resolve("output.txt");
        List<String> command = List.of(
                PROGRAM.toString(), "-v", "-s", script.toString(), "-D", "socket=" + address, "-D", "offer=" + offer);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        assertThat(status)
                .as(Files.readString(output, StandardCharsets.ISO_8859_1))
                .isZero();
    }
}
