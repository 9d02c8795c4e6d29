package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.offer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real processes that get their listening sockets from another one. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class SocketActivationIT {
    private static final String DNS = "dns: { servers: [\"127.0.0.1:9\"] }\n";

    @TempDir
    private Path temp;

    private SocketHolder holder;

    @BeforeEach
    void hold() throws IOException {
        MtaTools.assumePythonModules("socket");
        holder = SocketHolder.start(temp, temp.resolve("milter.sock"));
    }

    @AfterEach
    void close() {
        if (holder != null) {
            holder.close();
        }
    }

    private Path policy(String listen) throws IOException {
        return Files.writeString(temp.resolve("mx.yaml"), listen + DNS);
    }

    private ServiceProcess start(Path policy, String... prefix) throws IOException, InterruptedException {
        return ServiceProcess.start(policy, temp.resolve("log"), prefix);
    }

    private static RawClient negotiated(ListenAddress address) throws IOException {
        RawClient peer = new RawClient(address);
        peer.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer;
    }

    /** The address of each listening socket, and where the socket comes from. */
    private static List<String> sockets(ServiceProcess serve, int count) throws IOException, InterruptedException {
        while (serve.lines("event=listening").size() < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return serve.lines("event=listening").stream()
                .map(line -> line.replaceFirst("^.* address=(\\S+) socket=(\\S+) .*$", "$1 $2"))
                .toList();
    }

    @Test
    @SuppressWarnings("try") // A closed connection lets the service end at once.
    void eachConnectionOfTheQueueIsServedByTheNextProcess() throws Exception {
        Path policy = policy("");
        for (int process = 0; process < 3; process++) {
            // The connections are made, and the commands sent, while no process serves the sockets.
            try (RawClient tcp = new RawClient(holder.addresses().getFirst());
                    RawClient unix = new RawClient(holder.addresses().getLast())) {
                tcp.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
                unix.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
                try (ServiceProcess serve = start(policy, holder.prefix())) {
                    assertThat(tcp.receive()).isInstanceOf(MilterReply.Negotiated.class);
                    assertThat(unix.receive()).isInstanceOf(MilterReply.Negotiated.class);
                    assertThat(sockets(serve, 2))
                            .containsExactly(
                                    holder.addresses().getFirst() + " passed",
                                    holder.addresses().getLast() + " passed");
                    tcp.close();
                    unix.close();
                    serve.signal("TERM");
                    assertThat(serve.awaitExit()).isZero();
                }
            }
            assertThat(temp.resolve("milter.sock")).exists();
        }
    }

    @Test
    void anAddressWithoutASocketIsBound() throws Exception {
        Path own = temp.resolve("own.sock");
        ListenAddress tcp = holder.addresses().getFirst();
        ListenAddress unix = holder.addresses().getLast();
        try (ServiceProcess serve =
                        start(policy("listen: [\"unix:" + own + "\", \"" + tcp + "\"]\n"), holder.prefix());
                RawClient peer = negotiated(new ListenAddress.Unix(own));
                RawClient other = negotiated(unix)) {
            assertThat(peer).isNotEqualTo(other);
            assertThat(sockets(serve, 3))
                    .containsExactly("unix:" + own + " own", tcp + " passed", unix + " passed-not-in-listen");
        }
    }

    @Test
    void socketsOfAnotherProcessAreNotUsed() throws Exception {
        // The shell runs the program as its child.
        try (ServiceProcess serve = start(
                policy("listen: [\"inet:127.0.0.1:0\"]\n"), holder.prefix("/bin/sh", "-c", "\"$@\"; exit $?", "sh"))) {
            assertThat(sockets(serve, 1)).singleElement().asString().endsWith(" own");
            assertThat(serve.awaitLine("event=passed-socket-ignored"))
                    .contains(" level=warning ", "the sockets are for another process: start the program with exec");
            ProcessHandle.of(serve.process().pid()).orElseThrow().descendants().forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void withoutTheOptionOfJavaTheAddressesAreBound() throws Exception {
        try (ServiceProcess serve = ServiceProcess.startWithoutOptions(
                policy("listen: [\"inet:127.0.0.1:0\"]\n"), temp.resolve("log"), holder.prefix())) {
            assertThat(sockets(serve, 1)).singleElement().asString().endsWith(" own");
            assertThat(serve.lines("event=passed-socket-ignored"))
                    .singleElement()
                    .asString()
                    .contains("add the option --add-opens java.base/sun.nio.ch=ALL-UNNAMED");
        }
    }
}
