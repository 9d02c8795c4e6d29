package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.dns.DnsQuery;
import org.countersign.domain.DomainName;
import org.countersign.testing.ServerSockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;

/**
 * Computations on all carriers of virtual threads, as messages make them that are costly to verify, and a server that
 * needs no carrier itself.
 */
@Isolated
@Timeout(240)
class BusyCarriersTest {
    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final ServerSocket overTcp;
    private final DatagramSocket overUdp;
    private volatile boolean truncating;

    BusyCarriersTest() throws IOException {
        ServerSockets sockets = ServerSockets.open(loopback);
        overTcp = sockets.tcp();
        overUdp = sockets.udp();
    }

    @BeforeEach
    void start() {
        Thread.ofPlatform().daemon().start(this::serveUdp);
        Thread.ofPlatform().daemon().start(this::serveTcp);
    }

    @AfterEach
    void stop() throws IOException {
        overUdp.close();
        overTcp.close();
    }

    private void serveUdp() {
        byte[] buffer = new byte[1500];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                overUdp.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), truncating);
                overUdp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            overUdp.close();
        }
    }

    private void serveTcp() {
        try (Socket connection = overTcp.accept()) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), false);
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            out.writeShort(answer.length);
            // In two pieces, so that the reader has to come back for the second.
            out.write(answer, 0, 20);
            out.flush();
            out.write(answer, 20, answer.length - 20);
            out.flush();
            assertThat(in.read()).as("the end").isEqualTo(-1);
        } catch (IOException closed) {
            overUdp.close();
        }
    }

    private static byte[] answer(byte[] octets, boolean truncated) throws IOException {
        Message message = new Message(octets);
        message.getHeader().setFlag(Flags.QR);
        if (truncated) {
            message.getHeader().setFlag(Flags.TC);
        } else {
            message.addRecord(new TXTRecord(message.getQuestion().getName(), DClass.IN, 60, "here"), Section.ANSWER);
        }
        return message.toWire();
    }

    @ParameterizedTest(name = "over TCP: {0}")
    @ValueSource(booleans = {false, true})
    void doNotPreventReadingReplies(boolean tcp) throws InterruptedException {
        truncating = tcp;
        WireDnsClient client = new WireDnsClient(
                new WireSettings(
                        List.of(new InetSocketAddress(loopback, overUdp.getLocalPort())),
                        WireSettings.MAX_TIMEOUT,
                        false),
                InstantSource.system());
        int carriers = Runtime.getRuntime().availableProcessors();
        CountDownLatch busy = new CountDownLatch(carriers);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> computations = new ArrayList<>();
        for (int i = 0; i < carriers; i++) {
            computations.add(Thread.startVirtualThread(() -> {
                busy.countDown();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        try {
            busy.await();
            // From a platform thread: the virtual one of a message waits for a carrier by its nature.
            assertThat(WireTestBase.texts(client.lookup(
                            DnsQuery.txt(DomainName.of("example.org")),
                            Instant.now().plus(WireTestBase.NO_DEADLINE))))
                    .containsExactly("here");
        } finally {
            over.set(true);
            for (Thread computation : computations) {
                computation.join();
            }
        }
    }
}
