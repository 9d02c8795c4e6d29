package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.countersign.milter.session.SessionStage;
import org.countersign.milter.testing.NanoClock;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bound on connections of one IP address. */
class ClientConnectionsTest extends MilterServerTestBase {
    private final NanoClock clock = new NanoClock();

    @TempDir
    Path directory;

    private static ServerSettings two(ListenAddress... addresses) {
        return settings(addresses).withMaxConnectionsPerClient(2);
    }

    /** Begins a message whose content the mail server is still receiving. */
    private static RawClient withMessage(MilterServer server) throws IOException {
        RawClient peer = negotiated(server);
        peer.send(connect(), mail("<>"), recipient("b"));
        return peer;
    }

    private static void finish(RawClient peer) throws IOException {
        peer.send(header("From", " a"), endOfHeaders(), endOfBody(""));
        assertThat(peer.receive()).isEqualTo(new MilterReply.Continue());
    }

    private void awaitMessages(int messages) {
        while (metrics.value(ServerMetrics.OPEN_MESSAGES) < messages) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aFurtherConnectionReplacesTheLongestIdleOneOfItsClient() throws Exception {
        try (MilterServer server = start(two(LOOPBACK), filter, clock);
                RawClient idle = negotiated(server);
                RawClient busy = withMessage(server)) {
            awaitMessages(1);
            try (RawClient next = negotiated(server)) {
                assertThat(idle.isClosedByServer()).isTrue();
                finish(busy);
                next.send(connect(), mail("<>"), recipient("b"));
                finish(next);
            }
        }
        assertThat(metrics.value(ServerMetrics.REFUSED_CONNECTIONS)).isZero();
    }

    @Test
    void aFurtherConnectionIsClosedAtOnceIfAllHaveMessagesWhichAreServed() throws Exception {
        try (MilterServer server = start(two(LOOPBACK), filter, clock);
                RawClient one = withMessage(server);
                RawClient two = withMessage(server)) {
            awaitMessages(2);
            for (int i = 0; i < 20; i++) {
                try (RawClient refused = new RawClient(server.addresses().getFirst())) {
                    assertThat(refused.isClosedByServer()).isTrue();
                }
            }
            finish(one);
            finish(two);
            assertThat(metrics.value(ServerMetrics.REFUSED_CONNECTIONS)).isEqualTo(20);
            assertThat(metrics.value(ServerMetrics.CONNECTIONS)).isEqualTo(2);
            // Refused connections are not counted as those of the client.
            try (RawClient next = negotiated(server)) {
                next.send(connect(), mail("<>"), recipient("b"));
                finish(next);
            }
        }
    }

    @Test
    void connectionsOfUnixSocketsHaveNoClient() throws Exception {
        ListenAddress unix = new ListenAddress.Unix(directory.resolve("s"));
        List<RawClient> peers = new ArrayList<>();
        try (MilterServer server = start(two(unix), filter, clock)) {
            for (int i = 0; i < 10; i++) {
                peers.add(withMessage(server));
            }
            for (RawClient peer : peers) {
                finish(peer);
                peer.close();
            }
        }
    }

    @Test
    void everyClientHasItsOwnNumber() throws Exception {
        ClientConnections clients = new ClientConnections(1);
        InetAddress one = InetAddress.getByName("192.0.2.1");
        InetAddress other = InetAddress.getByName("2001:db8::1");
        assertThat(clients.add(one)).isTrue();
        assertThat(clients.add(other)).isTrue();
        assertThat(clients.add(one)).isFalse();
        clients.remove(one);
        assertThat(clients.add(one)).isTrue();
        clients.replace(other);
        clients.remove(other);
        assertThat(clients.add(other)).isFalse();
    }

    @Test
    @SuppressWarnings("try") // The mail server ends a connection, which makes room for the next.
    void aConnectionIsClosedIfAllOthersHaveMessagesThatDoNotEnd() throws Exception {
        try (MilterServer server = start(settings(LOOPBACK).withMaxConnections(1), filter, clock);
                RawClient busy = withMessage(server)) {
            awaitWaiting(server, at -> at.stage() == SessionStage.AWAITING_CONTENT);
            clock.run(Duration.ofSeconds(1));
            for (int i = 0; i < 2; i++) {
                try (RawClient refused = new RawClient(server.addresses().getFirst())) {
                    assertThat(refused.isClosedByServer()).isTrue();
                }
            }
            clock.stop();
            finish(busy);
            busy.close();
            while (metrics.value(ServerMetrics.OPEN_CONNECTIONS) > 0) {
                Thread.onSpinWait();
            }
            try (RawClient next = negotiated(server)) {
                next.send(connect(), mail("<>"), recipient("b"));
                finish(next);
            }
        }
        assertThat(metrics.value(ServerMetrics.REFUSED_CONNECTIONS)).isEqualTo(2);
    }
}
