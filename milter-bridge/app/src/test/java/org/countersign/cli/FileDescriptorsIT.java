package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.offer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is out of file descriptors. */
@Timeout(600)
class FileDescriptorsIT {
    // One for each file of the class path, and a few more.
    private static final int LIMIT = 100 + System.getProperty("java.class.path").split(File.pathSeparator, -1).length;

    @TempDir
    private Path temp;

    private static void negotiate(RawClient peer) throws IOException {
        peer.send(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
    }

    @Test
    void logsALackOfFileDescriptorsOnceAndRecovers() throws Exception {
        Path policy = Files.writeString(
                temp.resolve("mx.yaml"), "listen: [\"inet:127.0.0.1:0\"]\nconnections: { negotiation-timeout: 1m }\n");
        List<RawClient> peers = new ArrayList<>();
        try (ServiceProcess serve = ServiceProcess.start(
                policy, temp.resolve("log"), "/bin/sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "limited")) {
            // Loads the classes that a connection needs while files can be opened: in this test they are files, not in
            // a jar.
            try (RawClient first = new RawClient(serve.address())) {
                negotiate(first);
            }
            while (peers.size() < LIMIT && serve.lines("event=cannot-accept").isEmpty()) {
                peers.add(new RawClient(serve.address()));
            }
            assertThat(serve.awaitLine("event=cannot-accept"))
                    .contains("level=warning", "out of file descriptors", "LimitNOFILE")
                    .doesNotContain("stack=");
            for (RawClient peer : peers) {
                peer.close();
            }
            try (RawClient next = new RawClient(serve.address())) {
                negotiate(next);
            }
            serve.signal("TERM");
            assertThat(serve.awaitExit()).isZero();
            assertThat(serve.lines("event=cannot-accept")).hasSize(1);
            assertThat(serve.lines("stack=")).isEmpty();
        }
    }
}
