package org.countersign.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/**
 * A DNS server on a loopback port, UDP and TCP alike, that answers from a {@link StaticZone} as a
 * resolver would and misbehaves where a {@link ServerFault} says so. Everything that it was asked is counted.
 *
 * <pre>{@code
 * try (ZoneServer server = ZoneServer.start(zone)) {
 *     server.fault("slow.example", ServerFault.DROP);
 *     client = new WireDnsClient(WireSettings.of(server.address()), InstantSource.system());
 *     ...
 *     assertThat(server.queries("example.org")).isEqualTo(1);
 * }
 * }</pre>
 */
public final class ZoneServer implements AutoCloseable {
    /** One query as received. */
    public record Query(DomainName name, String type, boolean tcp) {}

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MAX_OCTETS = 65_535;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final InetSocketAddress address;
    // A platform thread: a server does not wait for its clients' threads to make room before it reads.
    private final Thread udpThread =
            Thread.ofPlatform().daemon().name("zone server").unstarted(this::serveUdp);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<DomainName, ServerFault> faults = new ConcurrentHashMap<>();
    private final List<Query> queries = new CopyOnWriteArrayList<>();
    private volatile StaticZone zone;
    private volatile @Nullable ServerFault faultOfAll;

    private ZoneServer(StaticZone zone, ServerSockets sockets) {
        this.zone = zone;
        this.udp = sockets.udp();
        this.tcp = sockets.tcp();
        this.address = new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    /** Starts a server for this zone on a free port of 127.0.0.1. */
    public static ZoneServer start(StaticZone zone) {
        try {
            return serve(zone, ServerSockets.open(LOOPBACK));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts a server on this port of 127.0.0.1, such as one that a server was stopped on before. */
    public static ZoneServer start(StaticZone zone, int port) {
        try {
            return serve(zone, ServerSockets.open(port, LOOPBACK));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ZoneServer serve(StaticZone zone, ServerSockets sockets) {
        ZoneServer server = new ZoneServer(zone, sockets);
        server.udpThread.start();
        server.threads.execute(server::serveTcp);
        return server;
    }

    /** The address of the server, also after it was closed. */
    public InetSocketAddress address() {
        return address;
    }

    /** Answers from this zone from now on. */
    public ZoneServer zone(StaticZone newZone) {
        this.zone = newZone;
        return this;
    }

    /** Uses this fault for all queries with this name. */
    public ZoneServer fault(String name, ServerFault fault) {
        return fault(DomainName.of(name), fault);
    }

    /** Uses this fault for all queries with this name. */
    public ZoneServer fault(DomainName name, ServerFault fault) {
        faults.put(name, fault);
        return this;
    }

    /** Uses this fault for all names without a fault of their own. */
    public ZoneServer faultForAll(ServerFault fault) {
        faultOfAll = fault;
        return this;
    }

    /** Removes all faults. */
    public ZoneServer heal() {
        faults.clear();
        faultOfAll = null;
        return this;
    }

    /** The queries so far in the order received, including repeated ones. */
    public List<Query> asked() {
        return List.copyOf(queries);
    }

    /** The number of queries so far. */
    public int queries() {
        return queries.size();
    }

    /** Waits until so many queries have arrived. A client that gives up may be faster than this server. */
    public void awaitQueries(int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (queries() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError(queries() + " queries have arrived instead of " + count);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The number of queries for this name so far. */
    public int queries(String name) {
        DomainName wanted = DomainName.of(name);
        return (int)
                queries.stream().filter(query -> query.name().equals(wanted)).count();
    }

    private void serveUdp() {
        byte[] buffer = new byte[MAX_OCTETS];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
                threads.execute(() -> answerUdp(octets, packet.getPort()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answerUdp(byte[] octets, int port) {
        try {
            Optional<byte[]> reply = reply(octets, false);
            if (reply.isPresent()) {
                udp.send(new DatagramPacket(reply.get(), reply.get().length, address.getAddress(), port));
            }
        } catch (IOException gone) {
            // The asker has given up, or this server is closed.
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket connection = tcp.accept();
                threads.execute(() -> serveConnection(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serveConnection(Socket connection) {
        try (connection;
                DataInputStream in = new DataInputStream(connection.getInputStream());
                DataOutputStream out = new DataOutputStream(connection.getOutputStream())) {
            while (true) {
                Optional<byte[]> reply = reply(in.readNBytes(in.readUnsignedShort()), true);
                if (reply.isPresent()) {
                    byte[] framed = new byte[reply.get().length + 2];
                    framed[0] = (byte) (reply.get().length >>> 8);
                    framed[1] = (byte) reply.get().length;
                    System.arraycopy(reply.get(), 0, framed, 2, reply.get().length);
                    out.write(framed);
                }
            }
        } catch (EOFException done) {
            // The asker has hung up.
        } catch (IOException gone) {
            // So it has, less politely, or this server is closed.
        }
    }

    private Optional<byte[]> reply(byte[] octets, boolean overTcp) throws IOException {
        Message query = new Message(octets);
        Optional<DomainName> name = ZoneReply.nameOf(query);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        // Before the query is counted: a test that has seen the count may change faults and zone for later ones.
        ServerFault common = faultOfAll;
        ServerFault fault = faults.get(name.get());
        Message honest = ZoneReply.to(query, name.get(), zone);
        queries.add(new Query(name.get(), ZoneReply.typeOf(query), overTcp));
        try {
            if (fault != null) {
                return fault.spoil(query, honest, overTcp);
            }
            return common != null
                    ? common.spoil(query, honest, overTcp)
                    : Optional.of(honest.toWire(overTcp ? MAX_OCTETS : ZoneReply.udpSize(query)));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Stops listening and discards replies that are not sent yet. */
    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
            // The port is free when the thread has ended.
            udpThread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }
}
