package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real process with a real log, which is stopped and reloaded as by a service manager. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class ServiceSignalsIT {
    @TempDir
    private Path temp;

    private Path policy;

    @BeforeEach
    void write() throws IOException {
        policy = Files.writeString(temp.resolve("mx.yaml"), """
            mode: enforce
            listen: ["inet:127.0.0.1:0"]
            dns: { servers: ["127.0.0.1:9"], timeout: 100ms, deadline: 500ms }
            """);
    }

    private ServiceProcess start() throws IOException, InterruptedException {
        return ServiceProcess.start(policy, temp.resolve("log"));
    }

    private static RawClient inMessage(ListenAddress address) throws IOException {
        RawClient peer = new RawClient(address);
        peer.send(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer.send(connect(), mail("<a@example.org>"), recipient("b"), header("From", " a@example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aStopSignalLetsMessagesFinishAndExitsWithZero(String signal) throws Exception {
        try (ServiceProcess serve = start();
                RawClient first = inMessage(serve.address());
                RawClient second = inMessage(serve.address())) {
            serve.signal(signal);
            assertThat(serve.awaitLine("event=stopping")).contains(" connections=2 ");
            for (RawClient peer : List.of(first, second)) {
                peer.send(endOfBody("x\r\n"));
                while (peer.receive() instanceof MilterReply.Progress) {
                    // The decision is slow.
                }
            }
            assertThat(serve.awaitExit()).isZero();
            assertThat(serve.lines("event=message")).hasSize(2);
            assertThat(serve.lines(" event=").getLast()).contains(" event=stopped connections=2 messages=2 decided=2 ");
        }
    }

    @Test
    void aSecondStopSignalStopsTheServiceAtOnce() throws Exception {
        try (ServiceProcess serve = start();
                RawClient stuck = inMessage(serve.address())) {
            serve.signal("TERM").awaitLine("event=stopping");
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isEqualTo(143);
            assertThat(stuck.isClosedByServer()).isTrue();
            assertThat(serve.lines("event=stopped")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "USR1"})
    void aReloadSignalLogsItsResult(String signal) throws Exception {
        try (ServiceProcess serve = start()) {
            serve.signal(signal).awaitLine("event=reload-unchanged");
            Files.writeString(policy, Files.readString(policy) + "protect: [example.org]\n");
            serve.signal(signal).awaitLine("event=reloaded mode=enforce");
            Files.writeString(policy, Files.readString(policy) + "protekt: [example.org]\n");
            serve.signal(signal);
            assertThat(serve.awaitLine("event=not-reloaded")).contains("did you mean protect?");
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
        }
    }
}
