package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.helo;
import static org.countersign.milter.testing.Commands.macros;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that close at any point, or that are no mail servers, leave nothing open in a running bridge. */
@Timeout(240)
class HostileClientsIT {
    private static final int PEERS = 200;
    private static final String AUTHOR = "alice@bank.example";
    /** A complete message, sent without waiting for replies. */
    private static final List<MilterCommand> COMMANDS = List.of(
            offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL),
            macros(CommandCode.CONNECT, "j", "mx.receiver.example"),
            connect(),
            helo("mail.bank.example"),
            mail("<" + AUTHOR + ">"),
            recipient("<bob@receiver.example>"),
            header("From", " " + AUTHOR),
            header("Subject", " x"),
            endOfHeaders(),
            body("Hello\r\n"),
            endOfBody("Bye\r\n"));

    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .build());
    private final Random random = new Random(20_261_123);
    private RunningBridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = RunningBridge.asking(Duration.ofSeconds(30), Duration.ofMinutes(1), dns.address());
    }

    @AfterEach
    void stop() {
        bridge.close();
        dns.close();
    }

    @Test
    void leaveNothingOpenIfTheyCloseAfterAnyCommand() throws IOException {
        for (int commands = 0; commands <= COMMANDS.size(); commands++) {
            MilterCommand[] said = COMMANDS.subList(0, commands).toArray(MilterCommand[]::new);
            try (RawClient killed = new RawClient(bridge.address())) {
                killed.send(said);
            }
        }
        assertServedAndIdle(COMMANDS.size() + 1);
    }

    @Test
    void leaveNothingOpenIfTheyCloseInsideAnyCommand() throws IOException {
        byte[] commands = octets();
        for (int i = 0; i < PEERS; i++) {
            try (RawClient killed = new RawClient(bridge.address())) {
                killed.send(Arrays.copyOf(commands, random.nextInt(commands.length)));
            }
        }
        assertServedAndIdle(PEERS);
    }

    @Test
    void leaveNothingOpenIfTheySendGarbage() throws IOException {
        byte[] commands = octets();
        for (int i = 0; i < PEERS; i++) {
            byte[] noise = new byte[1 + random.nextInt(2000)];
            random.nextBytes(noise);
            try (RawClient peer = new RawClient(bridge.address())) {
                sendUntilClosed(
                        peer, i % 2 == 0 ? noise : withNoiseAfter(commands, random.nextInt(commands.length), noise));
            }
        }
        assertServedAndIdle(PEERS);
    }

    @Test
    void leaveNothingOpenIfSomeOctetsAreFlipped() throws IOException {
        byte[] commands = octets();
        for (int i = 0; i < PEERS; i++) {
            byte[] spoiled = commands.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt();
            }
            try (RawClient peer = new RawClient(bridge.address())) {
                sendUntilClosed(peer, spoiled);
            }
        }
        assertServedAndIdle(PEERS);
    }

    private static void sendUntilClosed(RawClient peer, byte[] octets) {
        try {
            peer.send(octets);
        } catch (IOException hungUpOn) {
            // The bridge closes a connection after the first error.
        }
    }

    private static byte[] octets() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (MilterCommand command : COMMANDS) {
            octets.write(CommandCodec.encode(command));
        }
        return octets.toByteArray();
    }

    private static byte[] withNoiseAfter(byte[] commands, int from, byte[] noise) {
        return ByteBuffer.allocate(from + noise.length)
                .put(commands, 0, from)
                .put(noise)
                .array();
    }

    private void assertServedAndIdle(int peers) throws IOException {
        FilterOutcome answer = bridge.deliver(AUTHOR);
        assertThat(answer.isAccepted()).isTrue();
        assertThat(answer.header().getFirst().value().latin1()).contains("spf=pass", "dmarc=pass");
        // The listener accepts connections in order, so all clients have been accepted by now.
        assertThat(bridge.metric(ServerMetrics.CONNECTIONS)).isEqualTo(peers + 1);
        bridge.awaitQuiet();
        assertThat(bridge.metric(ServerMetrics.OPEN_CONNECTIONS)).isZero();
        assertThat(bridge.metric(ServerMetrics.OPEN_MESSAGES)).isZero();
    }
}
