package org.countersign.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a real resolver and brings its answers over UDP late, or under other ids, or not at all. */
public final class DnsRelay implements AutoCloseable {
    private static final int MAX_OCTETS = 65_535;

    /** What becomes of an answer. */
    @FunctionalInterface
    public interface Way {
        /**
         * The datagrams that arrive in place of the answer, in this order.
         *
         * @throws InterruptedException when the relay is closed meanwhile
         */
        List<byte[]> carry(byte[] answer) throws InterruptedException;
    }

    private final InetSocketAddress resolver;
    private final Way way;
    private final DatagramSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DnsRelay(InetSocketAddress resolver, Way way) throws IOException {
        this.resolver = resolver;
        this.way = way;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("dns relay").start(this::serve);
    }

    public static DnsRelay start(InetSocketAddress resolver, Way way) {
        try {
            return new DnsRelay(resolver, way);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same message under another id. */
    public static byte[] withAnotherId(byte[] message) {
        byte[] other = message.clone();
        other[1] ^= 1;
        return other;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    private void serve() {
        byte[] buffer = new byte[MAX_OCTETS];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                InetSocketAddress asker = new InetSocketAddress(packet.getAddress(), packet.getPort());
                threads.execute(() -> pass(query, asker));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(byte[] query, InetSocketAddress asker) {
        try (DatagramSocket upstream = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            upstream.send(new DatagramPacket(query, query.length, resolver));
            DatagramPacket answer = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);
            upstream.receive(answer);
            for (byte[] datagram : way.carry(Arrays.copyOf(answer.getData(), answer.getLength()))) {
                socket.send(new DatagramPacket(datagram, datagram.length, asker));
            }
        } catch (IOException gone) {
            // The asker or the resolver has given up, or this relay is closed.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        socket.close();
        threads.shutdownNow();
        threads.close();
    }
}
