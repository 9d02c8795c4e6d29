package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A blocked or failing log stops neither mail nor the end of the process. */
@Timeout(600)
class LogStallIT {
    private static final int MESSAGES = 300;

    @TempDir
    private Path temp;

    private Process start(int port, ProcessBuilder.Redirect log) throws IOException {
        Path policy = Files.writeString(
                temp.resolve("mx.yaml"),
                "listen: [\"inet:127.0.0.1:" + port + "\"]\ninbound: { skip-networks: [\"192.0.2.7\"] }\n");
        return ServiceProcess.command(policy).redirectError(log).start();
    }

    /** Lines of 500 octets: the pipe, which holds 64 KiB, is full after some 130 messages. */
    private static void deliver(Process serve, int port) throws IOException, InterruptedException {
        try (MilterClient client = connect(serve, new ListenAddress.Inet("127.0.0.1", port, false))) {
            client.greet(new MtaSession(
                    "laptop.example.org",
                    ClientAddress.parseIp("192.0.2.7", 0),
                    "h".repeat(400),
                    Map.of("j", "mx.example.org")));
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(client.deliver(new MtaMessage(
                                        "a@example.org",
                                        List.of("b@example.net"),
                                        Map.of("i", "Q" + i),
                                        List.of(HeaderField.of("From", " a@example.org")),
                                        Octets.utf8("Hello\r\n")))
                                .isAccepted())
                        .isTrue();
            }
        }
    }

    private static MilterClient connect(Process serve, ListenAddress address) throws IOException, InterruptedException {
        while (true) {
            try {
                return MilterClient.connect(address, MtaOffer.ofPostfix());
            } catch (IOException notYet) {
                assertThat(serve.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static void end(Process serve) throws IOException, InterruptedException {
        ServiceProcess.signal(serve, "TERM");
        assertThat(serve.waitFor(4, TimeUnit.MINUTES)).isTrue();
        assertThat(serve.exitValue()).isZero();
    }

    @Test
    void anUnreadPipeBlocksNeitherMailNorTheShutdown() throws Exception {
        int port = FreePort.find();
        Process serve = start(port, ProcessBuilder.Redirect.PIPE);
        try {
            deliver(serve, port);
            end(serve);
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void aPipeThatIsClosedStopsNeitherMailNorTheEnd() throws Exception {
        int port = FreePort.find();
        Process serve = start(port, ProcessBuilder.Redirect.PIPE);
        try {
            serve.getErrorStream().close();
            deliver(serve, port);
            end(serve);
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void aFullDiskStopsNeitherMailNorTheEnd() throws Exception {
        int port = FreePort.find();
        Process serve =
                start(port, ProcessBuilder.Redirect.to(Path.of("/dev/full").toFile()));
        try {
            deliver(serve, port);
            end(serve);
        } finally {
            serve.destroyForcibly();
        }
    }
}
