package org.countersign.rotation;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.countersign.testing.ServerSockets;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * An authoritative server of one zone on a loopback address, over UDP and TCP. It takes dynamic updates that are signed with
 * its TSIG key and whose prerequisites hold.
 */
public final class FakeAuthority implements AutoCloseable {
    private static final int NEGATIVE_TTL = 3600;
    private static final int TTL = 600;

    private final Name zone;
    private final Optional<TSIG> key;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();

    private FakeAuthority(String zone, Optional<TSIG> key, ServerSockets sockets) throws IOException {
        this.zone = Name.fromString(zone + ".");
        this.key = key;
        this.udp = sockets.udp();
        this.tcp = sockets.tcp();
    }

    /**
     * Starts a server.
     *
     * @param address on the loopback network
     * @param key that updates must be signed with; empty to refuse them
     */
    public static FakeAuthority start(String zone, String address, Optional<TsigKey> key) throws IOException {
        ServerSockets sockets = ServerSockets.open(InetAddress.getByName(address));
        FakeAuthority server = new FakeAuthority(
                zone, key.map(known -> new TSIG(known.algorithm(), known.name() + ".", known.secret())), sockets);
        Thread.ofVirtual().start(server::serveUdp);
        Thread.ofVirtual().start(server::serveTcp);
        return server;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    /** {@code 127.0.0.1:5300}, for a command line. */
    public String named() {
        return udp.getLocalAddress().getHostAddress() + ":" + udp.getLocalPort();
    }

    /** Publishes a TXT record, in the place of all records of the name. */
    public void publish(String name, String text) throws IOException {
        Name owner = Name.fromString(name + ".");
        records.put(owner, List.of(new TXTRecord(owner, DClass.IN, TTL, strings(text))));
    }

    /** Publishes records that a server in order would not have together, in the place of all records of the name. */
    public void publish(String name, List<Record> found) throws IOException {
        records.put(Name.fromString(name + "."), List.copyOf(found));
    }

    public void remove(String name) throws IOException {
        records.remove(Name.fromString(name + "."));
    }

    /** The texts under a name. */
    public List<String> texts(String name) throws IOException {
        return records.getOrDefault(Name.fromString(name + "."), List.of()).stream()
                .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                .toList();
    }

    private static List<String> strings(String text) {
        return text.length() <= 255 ? List.of(text) : List.of(text.substring(0, 255), text.substring(255));
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closedOrWrong) {
                // The next packet, if the socket is open.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                byte[] answer = answer(query);
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            } catch (IOException closedOrWrong) {
                // The next client, if the socket is open.
            }
        }
    }

    private byte[] answer(byte[] octets) throws IOException {
        Message query = new Message(octets);
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setOpcode(query.getHeader().getOpcode());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        if (query.getHeader().getOpcode() == Opcode.UPDATE) {
            update(query, octets, answer);
        } else {
            resolve(query.getQuestion(), answer);
        }
        return answer.toWire(65_535);
    }

    private void resolve(Record question, Message answer) {
        SOARecord soa =
                new SOARecord(zone, DClass.IN, NEGATIVE_TTL, zone, zone, 2026112801L, 7200, 3600, 86400, NEGATIVE_TTL);
        List<Record> found = records.getOrDefault(question.getName(), List.of());
        if (question.getName().equals(zone) && question.getType() == Type.SOA) {
            answer.addRecord(soa, Section.ANSWER);
        } else if (question.getType() == Type.TXT && !found.isEmpty()) {
            found.forEach(record -> answer.addRecord(record, Section.ANSWER));
        } else {
            answer.getHeader().setRcode(question.getName().subdomain(zone) ? Rcode.NXDOMAIN : Rcode.REFUSED);
            answer.addRecord(soa, Section.AUTHORITY);
        }
    }

    private void update(Message query, byte[] octets, Message answer) {
        if (key.isEmpty() || query.getTSIG() == null || key.get().verify(query, octets, null) != Rcode.NOERROR) {
            answer.getHeader().setRcode(Rcode.NOTAUTH);
            return;
        }
        // RFC 2136 §2.4.3: class NONE says that no such record may exist.
        boolean exists = query.getSection(Section.PREREQ).stream()
                .anyMatch(record -> record.getDClass() == DClass.NONE
                        && records.getOrDefault(record.getName(), List.of()).stream()
                                .anyMatch(own -> own.getType() == record.getType()));
        if (exists) {
            answer.getHeader().setRcode(Rcode.YXRRSET);
        } else {
            for (RRset set : query.getSectionRRsets(Section.UPDATE)) {
                records.put(set.getName(), List.copyOf(set.rrs()));
            }
        }
        answer.setTSIG(key.get(), Rcode.NOERROR, query.getTSIG());
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
