package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.countersign.service.log.LogEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the variables of sd_listen_fds(3) mean. The file descriptors are fakes. */
class SocketActivationTest {
    private static final long PID = 4711;

    private final List<LogEvent> log = new ArrayList<>();
    private final List<Integer> opened = new ArrayList<>();
    private ServerSocketChannel channel;

    @BeforeEach
    void open() throws IOException {
        channel = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    private List<ServerSocketChannel> sockets(Map<String, String> environment) {
        return new SocketActivation(environment, PID, this::open, log::add).sockets();
    }

    /** Descriptor 4 is not a socket. */
    private InheritedSocket open(int descriptor) {
        opened.add(descriptor);
        return descriptor == 4
                ? new InheritedSocket.NotListening("it is a file")
                : new InheritedSocket.Listening(channel);
    }

    @Test
    void noVariablesMeanNoSockets() {
        assertThat(sockets(Map.of())).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void theSocketsBeginAtDescriptorThree() {
        assertThat(sockets(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "1", "LISTEN_FDNAMES", "countersign.socket")))
                .containsExactly(channel);
        assertThat(opened).containsExactly(3);
        assertThat(log).isEmpty();
    }

    @Test
    void aDescriptorThatIsNoSocketIsReportedWithItsName() {
        assertThat(sockets(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "3", "LISTEN_FDNAMES", "one:two:three")))
                .containsExactly(channel, channel);
        assertThat(log)
                .singleElement()
                .satisfies(event -> assertThat(event.pairs())
                        .containsEntry("socket", "descriptor 4 (two)")
                        .containsEntry("problem", "it is a file"));
    }

    @Test
    void aSocketWithoutAnAddressIsReported() throws IOException {
        channel.close();
        channel = ServerSocketChannel.open();
        assertThat(sockets(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "1"))).isEmpty();
        assertThat(log)
                .singleElement()
                .satisfies(event -> assertThat(event.pairs())
                        .containsEntry("problem", "it has no address, so nobody can connect to it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4712", "x"})
    void socketsForAnotherProcessAreNotTouched(String pid) {
        assertThat(sockets(Map.of("LISTEN_PID", pid, "LISTEN_FDS", "1"))).isEmpty();
        assertThat(opened).isEmpty();
        assertThat(log)
                .singleElement()
                .satisfies(event -> assertThat(event.name()).isEqualTo("passed-socket-ignored"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65", "x", "99999999999"})
    void anImpossibleNumberOfSocketsIsReported(String count) {
        assertThat(sockets(Map.of("LISTEN_PID", "4711", "LISTEN_FDS", count))).isEmpty();
        assertThat(opened).isEmpty();
        assertThat(log).hasSize(1);
    }

    @Test
    void aVirtualMachineWithoutAccessIsReportedOnce() {
        SocketActivation activation = new SocketActivation(
                Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2"),
                PID,
                descriptor -> new InheritedSocket.NoAccess(),
                log::add);
        assertThat(activation.sockets()).isEmpty();
        assertThat(log)
                .singleElement()
                .satisfies(event -> assertThat(String.valueOf(event.pairs().get("problem")))
                        .contains("--add-opens java.base/sun.nio.ch=ALL-UNNAMED"));
    }
}
