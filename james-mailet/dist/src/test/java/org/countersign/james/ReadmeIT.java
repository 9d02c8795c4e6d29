package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of the README in an empty folder, except the first: the build that runs this test. */
class ReadmeIT {
    private static final int PATIENCE_SECONDS = 300;

    @TempDir
    private Path directory;

    @Test
    void itsCommandsStartAJamesThatChecksMail() throws Exception {
        assumeTrue(run("command -v mvn") == 0, "Maven is not on the path");
        List<String> commands = Readme.block("sh").lines().toList();
        assertThat(commands.getFirst()).contains("package");
        assertThat(commands.getLast()).startsWith("java ");
        for (String command : commands.subList(1, commands.size() - 1)) {
            assertThat(run(command)).as(command).isZero();
        }
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                StockJames james = StockJames.start(
                                directory, dns.address().getPort(), List.of("sh", "-c", "exec " + commands.getLast()))
                        .awaitStart();
                SmtpConnection smtp = james.from(FORGER, "mail.forger.example")) {
            assertThat(smtp.send("x@forger.example", List.of(BOB), octets(sampleMessage("ceo@sender.example")))
                            .code())
                    .isEqualTo(550);
        }
    }

    private int run(String command) throws Exception {
        Process process = StockJames.inDirectory(directory, List.of("sh", "-c", command))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + command);
        }
        return process.exitValue();
    }
}
