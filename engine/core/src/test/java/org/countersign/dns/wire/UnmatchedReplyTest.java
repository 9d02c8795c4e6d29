package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** A server whose replies arrive after those of an attacker who guesses ids. */
@Timeout(240)
@DisplayName("RFC 5452: replies that match no query")
class UnmatchedReplyTest {
    private static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));
    private static final int QUERIES = 50;

    /** How often each id and each port was asked with. */
    private final Map<Integer, Integer> ids = new ConcurrentHashMap<>();

    private final Map<Integer, Integer> ports = new ConcurrentHashMap<>();
    private final DatagramSocket socket;

    UnmatchedReplyTest() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    @BeforeEach
    void start() {
        Thread.ofPlatform().daemon().start(this::serve);
    }

    @AfterEach
    void stop() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                answer(new Message(Arrays.copyOf(buffer, packet.getLength())), packet.getPort());
            }
        } catch (IOException closed) {
            socket.close();
        }
    }

    private void answer(Message query, int port) throws IOException {
        int id = query.getHeader().getID();
        ids.merge(id, 1, Integer::sum);
        ports.merge(port, 1, Integer::sum);
        Record asked = query.getQuestion();
        send(new byte[0], port);
        send(new byte[] {(byte) (id >>> 8), (byte) id}, port);
        for (int guess = 1; guess <= 20; guess++) {
            send(saying(id + guess & 0xFFFF, asked, "planted").toWire(), port);
        }
        send(
                saying(id, Record.newRecord(Name.fromString("example.net."), Type.TXT, DClass.IN), "planted")
                        .toWire(),
                port);
        send(saying(id, asked, "true").toWire(), port);
    }

    private static Message saying(int id, Record question, String text) {
        Message message = new Message(id);
        message.getHeader().setFlag(Flags.QR);
        message.addRecord(question, Section.QUESTION);
        message.addRecord(new TXTRecord(question.getName(), DClass.IN, 60, text), Section.ANSWER);
        return message;
    }

    private void send(byte[] octets, int port) throws IOException {
        socket.send(new DatagramPacket(octets, octets.length, socket.getLocalAddress(), port));
    }

    private WireDnsClient client() {
        InetSocketAddress address = new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
        return new WireDnsClient(
                new WireSettings(List.of(address), WireSettings.MAX_TIMEOUT, false), InstantSource.system());
    }

    @Test
    void areIgnoredUntilTheTrueReplyArrives() {
        DnsAnswer<DnsRecord.Text> answer = client().lookup(QUERY, Instant.now().plus(WireTestBase.NO_DEADLINE));

        assertThat(WireTestBase.texts(answer)).containsExactly("true");
        assertThat(ids).as("without a second try").hasSize(1);
    }

    @Test
    void mustGuessAPortAndAnIdThatDifferForEachQuery() {
        WireDnsClient client = client();
        for (int i = 0; i < QUERIES; i++) {
            client.lookup(QUERY, Instant.now().plus(WireTestBase.NO_DEADLINE));
        }

        // Two of fifty may meet by chance; a port or an id that is kept would be there fifty times.
        assertThat(ids).hasSizeGreaterThan(QUERIES / 2);
        assertThat(ports).hasSizeGreaterThan(QUERIES / 2);
    }
}
