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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of UNIX-domain sockets that a server listens on. */
@Timeout(60)
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
                unix().withSocketPermissions(PosixFilePermissions.fromString("rw-rw-rw-")), filter)) {
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
                    .withMessage("cannot listen on unix:" + path() + ": another process serves this socket: stop it, or"
                            + " choose another name");
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
    void areNotLeftOpenIfAnotherAddressFails() throws IOException {
        Path good = directory.resolve("good.sock");
        Files.writeString(path(), "precious");
        assertThatExceptionOfType(BindFailure.class)
                .isThrownBy(() -> MilterServer.start(
                        settings(new ListenAddress.Unix(good), new ListenAddress.Unix(path())), filter));
        assertThat(good).doesNotExist();
    }
}
