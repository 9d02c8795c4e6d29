package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.offer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of UNIX-domain sockets that a server listens on. */
@Timeout(240)
class UnixSocketsTest {
    @TempDir
    Path directory;

    private final RecordingFilter filter = RecordingFilter.accepting();

    private static ServerSettings settings(ListenAddress... addresses) {
        return ServerSettings.listeningOn(List.of(addresses));
    }

    private static RawClient negotiated(MilterServer server) throws IOException {
        RawClient peer = new RawClient(server.addresses().getFirst());
        peer.send(offer(6, ALL_ACTIONS, ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer;
    }

    private Path path() {
        return directory.resolve("milter.sock");
    }

    private ServerSettings unix() {
        return settings(new ListenAddress.Unix(path()));
    }

    @Test
    void haveTheirPermissionsAndAreRemovedWithTheServer() throws IOException {
        MilterServer server = MilterServer.start(unix(), filter);
        assertThat(Files.getPosixFilePermissions(path())).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        server.close();
        assertThat(path()).doesNotExist();
        try (MilterServer open = MilterServer.start(
                unix().withSocketPermissions(
                                SocketPermissions.DEFAULT.withMode(PosixFilePermissions.fromString("rw-rw-rw-"))),
                filter)) {
            assertThat(open.addresses()).hasSize(1);
            assertThat(Files.getPosixFilePermissions(path())).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
        }
    }

    @Test
    void replaceTheSocketOfATerminatedServer() throws IOException {
        leaveDeadSocket();
        try (MilterServer server = MilterServer.start(unix(), filter);
                RawClient peer = negotiated(server)) {
            assertThat(peer).isNotNull();
        }
    }

    private void leaveDeadSocket() throws IOException {
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists();
    }

    @Test
    void doNotReplaceTheSocketOfARunningServer() throws IOException {
        try (MilterServer living = MilterServer.start(unix(), filter)) {
            assertThatExceptionOfType(BindFailure.class)
                    .isThrownBy(() -> MilterServer.start(unix(), filter))
                    .withMessage("cannot listen on unix:" + path() + ": the process "
                            + ProcessHandle.current().pid()
                            + " (java) uses this socket: stop it, or choose another name");
            try (RawClient peer = negotiated(living)) {
                assertThat(peer).isNotNull();
            }
        }
    }

    @Test
    void doNotReplaceAFile() throws IOException {
        Files.writeString(path(), "precious");
        assertThatExceptionOfType(BindFailure.class)
                .isThrownBy(() -> MilterServer.start(unix(), filter))
                .withMessage("cannot listen on unix:" + path()
                        + ": a file of this name exists and is not a socket: remove it, or" + " choose another name");
        assertThat(path()).hasContent("precious");
    }

    @Test
    void doNotRemoveTheSocketOfASuccessor() throws IOException {
        MilterServer server = MilterServer.start(unix(), filter);
        Files.delete(path());
        leaveDeadSocket();
        server.close();
        assertThat(path()).exists();
    }

    @Test
    void areNotReplacedWhileTheirProcessAcceptsNothing() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path());
        List<SocketChannel> queued = new ArrayList<>();
        try (var stopped = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1)) {
            boolean full = false;
            while (!full) {
                SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX);
                peer.configureBlocking(false);
                queued.add(peer);
                full = isRefused(peer, address);
            }
            assertThatExceptionOfType(BindFailure.class)
                    .isThrownBy(() -> MilterServer.start(unix(), filter))
                    .withMessageContaining(" uses this socket: stop it");
            assertThat(stopped.isOpen()).isTrue();
            assertThat(path()).exists();
        } finally {
            for (SocketChannel peer : queued) {
                peer.close();
            }
        }
    }

    private static boolean isRefused(SocketChannel peer, UnixDomainSocketAddress address) {
        try {
            return !peer.connect(address);
        } catch (IOException full) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void haveOwnerGroupAndModeBeforeOthersCanConnect(boolean open) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        PosixFileAttributes own = Files.readAttributes(directory, PosixFileAttributes.class);
        SocketPermissions permissions = new SocketPermissions(
                Optional.of(own.owner()), Optional.of(own.group()), PosixFilePermissions.fromString("rw-rw-rw-"));
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            UnixSocketFile file = UnixSocketFile.bind(channel, path(), permissions, 8, open);
            PosixFileAttributes made = Files.readAttributes(path(), PosixFileAttributes.class);
            assertThat(made.owner()).isEqualTo(own.owner());
            assertThat(made.group()).isEqualTo(own.group());
            assertThat(made.permissions()).isEqualTo(permissions.mode());
            SocketChannel.open(UnixDomainSocketAddress.of(path())).close();
            file.remove();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void areRemovedIfTheirPermissionsCannotBeSet() throws IOException {
        SocketPermissions impossible =
                new SocketPermissions(Optional.of(() -> "nobody"), Optional.empty(), SocketPermissions.DEFAULT.mode());
        for (boolean open : List.of(true, false)) {
            try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                assertThatExceptionOfType(RuntimeException.class)
                        .isThrownBy(() -> UnixSocketFile.bind(channel, path(), impossible, 8, open));
            }
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void areNotLeftOpenIfAnotherAddressFails() throws IOException {
        Path good = directory.resolve("good.sock");
        Files.writeString(path(), "precious");
        assertThatExceptionOfType(BindFailure.class)
                .isThrownBy(() -> MilterServer.start(
                        settings(new ListenAddress.Unix(good), new ListenAddress.Unix(path())), filter));
        assertThat(good).doesNotExist();
    }
}
