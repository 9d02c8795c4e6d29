package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.milter.wire.ListenAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressAvailabilityTest {
    @TempDir
    private Path temp;

    private static AddressAvailability of(String address) {
        return AddressAvailability.of(ListenAddress.parse(address).orElseThrow());
    }

    private static String unusable(String address) {
        assertThat(of(address)).isInstanceOf(AddressAvailability.Unusable.class);
        return of(address) instanceof AddressAvailability.Unusable(String problem) ? problem : "";
    }

    @Test
    void aPortThatIsUsedNamesItsProcess() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AddressAvailability found = of("inet:127.0.0.1:" + server.getLocalPort());
            assertThat(found)
                    .isInstanceOfSatisfying(
                            AddressAvailability.InUse.class,
                            use -> assertThat(use.processId())
                                    .contains(ProcessHandle.current().pid()));
        }
    }

    @Test
    void aFreePortCanBeUsedAfterwards() throws IOException {
        // No other program uses this address.
        String host = "127.83.11.5";
        int port = 8891;
        assertThat(of("inet:" + host + ":" + port)).isEqualTo(new AddressAvailability.Free());
        new ServerSocket(port, 1, InetAddress.getByName(host)).close();
    }

    @Test
    void anAddressOfAnotherMachineIsUnusable() {
        assertThat(unusable("inet:192.0.2.1:8891"))
                .isEqualTo(
                        "cannot listen on inet:192.0.2.1:8891: this machine does not have the address: use one of its"
                                + " addresses (ip address shows them)");
    }

    @Test
    void aSocketInAMissingDirectoryIsUnusable() {
        assertThat(unusable("unix:" + temp.resolve("none/m.sock")))
                .contains("the directory " + temp.resolve("none") + " does not exist: create it");
    }

    @Test
    void aFileThatIsNoSocketIsUnusable() throws IOException {
        Path file = Files.writeString(temp.resolve("m.sock"), "text");
        assertThat(unusable("unix:" + file)).contains("exists and is not a socket: remove it");
        assertThat(file).hasContent("text");
    }

    @Test
    void aSocketThatIsServedIsInUseAndALeftOneIsFree() throws IOException {
        Path path = temp.resolve("m.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            assertThat(of("unix:" + path))
                    .isInstanceOfSatisfying(
                            AddressAvailability.InUse.class,
                            use -> assertThat(use.processId())
                                    .isEqualTo(
                                            Optional.of(ProcessHandle.current().pid())));
        }
        assertThat(of("unix:" + path)).isEqualTo(new AddressAvailability.Free());
        assertThat(path).exists();
        assertThat(of("unix:" + temp.resolve("new.sock"))).isEqualTo(new AddressAvailability.Free());
        assertThat(temp.resolve("new.sock")).doesNotExist();
    }
}
