package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ListenAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server with listening sockets that were open before it started. */
class PassedSocketsTest extends MilterServerTestBase {
    @TempDir
    private Path directory;

    private final List<ServerSocketChannel> passed = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (ServerSocketChannel socket : passed) {
            socket.close();
        }
    }

    /** Opens a TCP socket, and returns its port. */
    private int pass(String host) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open().bind(new InetSocketAddress(host, 0));
        passed.add(socket);
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    private ListenAddress.Unix passUnix(String name) throws IOException {
        Path path = directory.resolve(name);
        passed.add(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
        return new ListenAddress.Unix(path);
    }

    private MilterServer startWithPassed(ListenAddress... addresses) throws IOException {
        return MilterServer.start(settings(addresses), filter, memory(), metrics, passed);
    }

    private static void serves(ListenAddress address) throws IOException {
        try (RawClient peer = negotiated(address)) {
            assertThat(peer).isNotNull();
        }
    }

    @Test
    void areServedAndTheOtherAddressesAreBound() throws IOException {
        ListenAddress tcp = new ListenAddress.Inet("127.0.0.1", pass("127.0.0.1"), false);
        ListenAddress unix = passUnix("passed.sock");
        ListenAddress own = new ListenAddress.Unix(directory.resolve("own.sock"));
        try (MilterServer server = startWithPassed(unix, own, tcp)) {
            assertThat(server.addresses()).containsExactly(unix, own, tcp);
            assertThat(server.passedAddresses()).containsExactly(unix, tcp);
            for (ListenAddress address : server.addresses()) {
                serves(address);
            }
        }
        assertThat(directory.resolve("passed.sock")).exists();
        assertThat(directory.resolve("own.sock")).doesNotExist();
        assertThat(passed).noneMatch(ServerSocketChannel::isOpen);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1, localhost",
        "127.0.0.1, ::ffff:127.0.0.1",
        "0.0.0.0, 0.0.0.0",
        "::, 0.0.0.0",
        "::, ::",
    })
    void areFoundByTheirAddress(String bound, String host) throws IOException {
        ListenAddress address = new ListenAddress.Inet(host, pass(bound), false);
        try (MilterServer server = startWithPassed(address)) {
            assertThat(server.addresses()).containsExactly(address);
            assertThat(server.passedAddresses()).containsExactly(address);
        }
    }

    @Test
    void areFoundByAnotherNameOfTheirDirectory() throws IOException {
        passUnix("milter.sock");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        ListenAddress address = new ListenAddress.Unix(link.resolve("milter.sock"));
        try (MilterServer server = startWithPassed(address)) {
            assertThat(server.passedAddresses()).containsExactly(address);
            serves(address);
        }
        assertThat(directory.resolve("milter.sock")).exists();
    }

    @Test
    void areServedIfNoAddressNamesThem() throws IOException {
        int port = pass("127.0.0.1");
        ListenAddress unix = passUnix("other.sock");
        try (MilterServer server = startWithPassed(LOOPBACK)) {
            ListenAddress other = new ListenAddress.Inet("127.0.0.1", port, false);
            assertThat(server.addresses()).hasSize(3).endsWith(other, unix);
            assertThat(server.passedAddresses()).containsExactly(other, unix);
            serves(other);
            serves(unix);
        }
    }

    @Test
    void areClosedIfTheServerCannotStart() throws IOException {
        ListenAddress named = new ListenAddress.Inet("127.0.0.1", pass("127.0.0.1"), false);
        pass("127.0.0.1");
        ListenAddress missing = new ListenAddress.Unix(directory.resolve("none/milter.sock"));
        assertThatExceptionOfType(BindFailure.class).isThrownBy(() -> startWithPassed(named, missing));
        assertThat(passed).hasSize(2).noneMatch(ServerSocketChannel::isOpen);
    }
}
