package org.countersign.dns.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.dns.DnsAnswer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * One query on its way to a server and back: over UDP from a port of its own (RFC 5452 §9.2), and over TCP
 * where the answer was cut short. It reads on a virtual thread of its own, so that whoever waits for it may
 * stop at any moment; closing it closes its socket at once and ends that thread.
 */
final class Exchange implements AutoCloseable {
    // Somebody who guesses ids sends many; the true answer may still be among what comes after them.
    private static final int MOST_STRAYS = 1000;
    private static final int LENGTH_OCTETS = 2;

    private final InetSocketAddress server;
    private final Message query;
    private final int payload;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final AtomicReference<@Nullable Channel> socket = new AtomicReference<>();
    private volatile boolean closed;
    private volatile boolean straysCame;

    /**
     * @param payload how long a datagram the query asks for at most, in octets
     */
    Exchange(InetSocketAddress server, Message query, int payload) {
        this.server = server;
        this.query = query;
        this.payload = payload;
    }

    /** Sends the query. */
    void start() {
        Thread.ofVirtual().name("dns query").start(this::run);
    }

    /** Waits this long for a message that belongs to the query, or for what stands in its way. */
    Optional<Reply> await(long nanos) throws InterruptedException {
        try {
            return Optional.of(reply.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an exchange never completes with an exception", impossible);
        }
    }

    /** What it has come to where the wait was in vain. */
    Reply silence() {
        return straysCame ? unrelated() : new Reply.Failed(DnsAnswer.Failure.TIMEOUT);
    }

    /** Ends the wait in favour of a younger one. */
    void giveWay() {
        reply.complete(new Reply.Failed(DnsAnswer.Failure.OVERLOADED));
    }

    @Override
    public void close() {
        closed = true;
        closeSocket(socket.getAndSet(null));
    }

    private static void closeSocket(@Nullable Channel open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException failed) {
                // Nothing is owed to it any more.
                return;
            }
        }
    }

    private void run() {
        Reply outcome = new Reply.Failed(DnsAnswer.Failure.NETWORK);
        try {
            outcome = overUdp();
        } catch (NoSocket exhausted) {
            outcome = new Reply.Failed(DnsAnswer.Failure.OVERLOADED);
        } catch (IOException unreachable) {
            // Nobody listens there, or the wait is over and nobody reads this.
        } finally {
            reply.complete(outcome);
        }
    }

    private Reply overUdp() throws IOException {
        byte[] octets = query.toWire();
        // One octet more than was asked for tells a datagram that is too long.
        ByteBuffer datagram = ByteBuffer.allocate(payload + 1);
        try (DatagramChannel channel = opened(DatagramChannel::open)) {
            channel.connect(server);
            channel.write(ByteBuffer.wrap(octets));
            for (int strays = 0; strays < MOST_STRAYS; strays++) {
                channel.read(datagram.clear());
                Optional<Reply> outcome = read(datagram.flip());
                if (outcome.isPresent()) {
                    if (!isCutShort(outcome.get(), datagram)) {
                        return outcome.get();
                    }
                    closeSocket(channel);
                    return overTcp(octets);
                }
                straysCame = true;
            }
        }
        return unrelated();
    }

    private boolean isCutShort(Reply outcome, ByteBuffer datagram) {
        return datagram.limit() > payload
                || (outcome instanceof Reply.Answered(var message)
                        && message.getHeader().getFlag(Flags.TC));
    }

    private Reply overTcp(byte[] octets) throws IOException {
        try (SocketChannel channel = opened(SocketChannel::open)) {
            channel.connect(server);
            ByteBuffer framed = ByteBuffer.allocate(LENGTH_OCTETS + octets.length);
            framed.putShort((short) octets.length).put(octets).flip();
            while (framed.hasRemaining()) {
                channel.write(framed);
            }
            ByteBuffer length = filled(channel, LENGTH_OCTETS);
            return read(filled(channel, Short.toUnsignedInt(length.getShort()))).orElseGet(Exchange::unrelated);
        }
    }

    private static ByteBuffer filled(SocketChannel channel, int octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(octets);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the server hung up in the middle of an answer");
            }
        }
        return buffer.flip();
    }

    /** The system has no socket left for this process: want of room here, and no fault of the server. */
    private static final class NoSocket extends IOException {
        private static final long serialVersionUID = 1;

        NoSocket(IOException cause) {
            super(cause);
        }
    }

    @FunctionalInterface
    private interface Opening<C extends Channel> {
        C open() throws IOException;
    }

    /** A socket that {@link #close()} closes. */
    private <C extends Channel> C opened(Opening<C> opening) throws IOException {
        C channel;
        try {
            channel = opening.open();
        } catch (IOException noDescriptor) {
            throw new NoSocket(noDescriptor);
        }
        socket.set(channel);
        // Closed before it was known: in that case nobody else does it.
        if (closed) {
            closeSocket(channel);
        }
        return channel;
    }

    /** What the octets say, if they belong to the query. */
    private Optional<Reply> read(ByteBuffer octets) {
        // RFC 5452 §9.1: what does not match the id and the question is ignored. The system has compared the addresses.
        if (octets.remaining() < Header.LENGTH
                || Short.toUnsignedInt(octets.getShort(0)) != query.getHeader().getID()) {
            return Optional.empty();
        }
        Message message;
        try {
            message = new Message(octets);
        } catch (IOException | RuntimeException malformed) {
            // The library has more than one way to say so.
            return Optional.of(new Reply.Garbled("not a DNS message"));
        }
        if (message.getQuestion() == null) {
            return Optional.of(isBareRefusal(message) ? new Reply.Answered(message) : unrelated());
        }
        return message.getQuestion().equals(query.getQuestion())
                ? Optional.of(new Reply.Answered(message))
                : Optional.empty();
    }

    /** A server that cannot read a query may send back its header alone. */
    private static boolean isBareRefusal(Message message) {
        return message.getHeader().getFlag(Flags.QR)
                && (message.getRcode() == Rcode.FORMERR || message.getRcode() == Rcode.NOTIMP);
    }

    private static Reply unrelated() {
        return new Reply.Garbled("not an answer to what was asked");
    }
}
