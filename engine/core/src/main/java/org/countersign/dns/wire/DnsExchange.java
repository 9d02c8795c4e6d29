package org.countersign.dns.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
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
import org.xbill.DNS.Section;

/**
 * One query to a server and its reply: over UDP from a port of its own (RFC 5452 §9.2), and over TCP after a truncated
 * reply. It never blocks, because a {@link ReadinessLoop} calls it when data has arrived. The thread that waits for the
 * reply may stop at any time. {@link #close} closes the socket at once.
 */
final class DnsExchange implements AutoCloseable {
    // An attacker who guesses ids sends many replies. The true reply may still arrive after them.
    private static final int MAX_UNMATCHED_REPLIES = 1000;

    private final InetSocketAddress server;
    private final Message query;
    private final int payload;
    private final ReadinessLoop loop;
    private final byte[] octets;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final AtomicReference<@Nullable Channel> socket = new AtomicReference<>();
    private volatile boolean closed;
    private volatile int unmatchedReplies;
    private volatile boolean truncated;

    /**
     * @param payload the maximum length of a reply datagram that the query permits, in octets
     */
    DnsExchange(InetSocketAddress server, Message query, int payload, ReadinessLoop loop) {
        this.server = server;
        this.query = query;
        this.payload = payload;
        this.loop = loop;
        this.octets = query.toWire();
    }

    /** Sends the query. */
    void start() {
        attempt(() -> {
            DatagramChannel channel = openChannel(DatagramChannel::open);
            channel.connect(server);
            channel.write(ByteBuffer.wrap(octets));
            watch(channel, SelectionKey.OP_READ, new UdpReader(channel));
        });
    }

    /** Waits for the reply; empty if there is none within this time. */
    Optional<Reply> await(long nanos) throws InterruptedException {
        try {
            return Optional.of(reply.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an exchange never completes with an exception", impossible);
        }
    }

    /** The result if no reply has arrived in time. */
    Reply timeout() {
        if (truncated) {
            return new Reply.Failed(
                    DnsAnswer.Failure.TIMEOUT, afterTruncation(SocketFailure.name(server) + " does not answer"));
        }
        return unmatchedReplies > 0 ? unmatched() : new Reply.Failed(DnsAnswer.Failure.TIMEOUT);
    }

    /** Whether the server has replied at all, even if only with a truncated message. */
    boolean hasHeardFromServer() {
        return truncated;
    }

    /** Ends the wait, because a newer query displaces this one. */
    void evict() {
        reply.complete(new Reply.Failed(DnsAnswer.Failure.OVERLOADED));
    }

    @Override
    public void close() {
        closed = true;
        closeSocket(socket.getAndSet(null));
        loop.closed();
    }

    private static void closeSocket(@Nullable Channel open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException failed) {
                // The socket is not used any more.
                return;
            }
        }
    }

    private String afterTruncation(String problem) {
        return "the answer over UDP was truncated, and over TCP " + problem;
    }

    /** An operation on sockets, whose failure is the result of the exchange. */
    @FunctionalInterface
    private interface SocketOperation {
        void run() throws IOException;
    }

    private void attempt(SocketOperation operation) {
        try {
            operation.run();
        } catch (NoSocketException exhausted) {
            reply.complete(SocketFailure.noSocket(exhausted.refused()));
        } catch (IOException unreachable) {
            fail(unreachable);
        } catch (RuntimeException cancelled) {
            // The exchange was closed meanwhile, so that nobody reads the result.
            reply.complete(new Reply.Failed(DnsAnswer.Failure.NETWORK));
        }
    }

    private void fail(IOException unreachable) {
        String problem = SocketFailure.describe(server, unreachable);
        reply.complete(new Reply.Failed(DnsAnswer.Failure.NETWORK, truncated ? afterTruncation(problem) : problem));
    }

    /** The process has no file descriptors left, which is a local limit and not a failure of the server. */
    private static final class NoSocketException extends IOException {
        private static final long serialVersionUID = 1;
        private final IOException refused;

        NoSocketException(IOException refused) {
            super(refused);
            this.refused = refused;
        }

        IOException refused() {
            return refused;
        }
    }

    @FunctionalInterface
    private interface ChannelFactory<C extends SelectableChannel> {
        C open() throws IOException;
    }

    /** A non-blocking socket, which {@link #close()} closes. */
    private <C extends SelectableChannel> C openChannel(ChannelFactory<C> factory) throws IOException {
        C channel;
        try {
            channel = factory.open();
        } catch (IOException noDescriptor) {
            throw new NoSocketException(noDescriptor);
        }
        socket.set(channel);
        // close() may have run before the socket was set, and would not have closed it.
        if (closed) {
            closeSocket(channel);
        }
        channel.configureBlocking(false);
        return channel;
    }

    private void watch(SelectableChannel channel, int interest, ReadinessLoop.Handler handler) throws IOException {
        try {
            loop.watch(channel, interest, handler);
        } catch (ClosedChannelException over) {
            throw over;
        } catch (IOException noDescriptor) {
            throw new NoSocketException(noDescriptor);
        }
    }

    private abstract class ReplyReader implements ReadinessLoop.Handler {
        @Override
        public final void ready(SelectionKey key) {
            attempt(() -> proceed(key));
            if (reply.isDone()) {
                // The waiting thread closes the channel, but perhaps not at once.
                key.cancel();
            }
        }

        abstract void proceed(SelectionKey key) throws IOException;

        @Override
        public final void abandoned() {
            reply.complete(new Reply.Failed(DnsAnswer.Failure.OVERLOADED, "the sockets are not watched any more"));
        }
    }

    private final class UdpReader extends ReplyReader {
        private final DatagramChannel channel;
        // One more octet than permitted, to detect a datagram that is too long.
        private final ByteBuffer datagram = ByteBuffer.allocate(payload + 1);

        UdpReader(DatagramChannel channel) {
            this.channel = channel;
        }

        @Override
        void proceed(SelectionKey key) throws IOException {
            channel.read(datagram.clear());
            Optional<Reply> outcome = read(datagram.flip());
            if (outcome.isEmpty()) {
                // Only this thread writes the counter.
                int count = unmatchedReplies + 1;
                unmatchedReplies = count;
                if (count >= MAX_UNMATCHED_REPLIES) {
                    reply.complete(unmatched());
                }
            } else if (isTruncated(outcome.get())) {
                truncated = true;
                closeSocket(channel);
                queryOverTcp();
            } else {
                reply.complete(outcome.get());
            }
        }

        private boolean isTruncated(Reply outcome) {
            return datagram.limit() > payload
                    || (outcome instanceof Reply.Answered(var message)
                            && message.getHeader().getFlag(Flags.TC));
        }
    }

    private void queryOverTcp() throws IOException {
        SocketChannel channel = openChannel(SocketChannel::open);
        boolean connected = channel.connect(server);
        watch(channel, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, new TcpReader(channel));
    }

    /** RFC 1035 §4.2.2: a length of two octets precedes each message. */
    private final class TcpReader extends ReplyReader {
        private static final int LENGTH_OCTETS = 2;

        private final SocketChannel channel;
        private final ByteBuffer framed = ByteBuffer.allocate(LENGTH_OCTETS + octets.length);
        private final ByteBuffer length = ByteBuffer.allocate(LENGTH_OCTETS);
        private ByteBuffer answer = ByteBuffer.allocate(0);

        TcpReader(SocketChannel channel) {
            this.channel = channel;
            framed.putShort((short) octets.length).put(octets).flip();
        }

        @Override
        void proceed(SelectionKey key) throws IOException {
            if (!channel.finishConnect()) {
                return;
            }
            if (framed.hasRemaining()) {
                channel.write(framed);
                key.interestOps(framed.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                return;
            }
            if (length.hasRemaining()) {
                if (!isFilled(length)) {
                    return;
                }
                answer = ByteBuffer.allocate(Short.toUnsignedInt(length.getShort(0)));
            }
            if (isFilled(answer)) {
                reply.complete(read(answer.flip()).orElseGet(DnsExchange::unmatched));
                channel.close();
            }
        }

        private boolean isFilled(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer);
                if (count < 0) {
                    throw new EOFException();
                }
                if (count == 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The reply in these octets; empty if they do not belong to the query. */
    private Optional<Reply> read(ByteBuffer message) {
        // RFC 5452 §9.1: a message with another id or question is ignored. The system has compared the addresses.
        if (message.remaining() < Header.LENGTH
                || Short.toUnsignedInt(message.getShort(0)) != query.getHeader().getID()) {
            return Optional.empty();
        }
        Message parsed;
        try {
            parsed = new Message(message);
        } catch (IOException | RuntimeException malformed) {
            // The library throws more than one kind of exception.
            return Optional.of(new Reply.Malformed("not a DNS message"));
        }
        if (parsed.getQuestion() == null) {
            return Optional.of(isBareFailure(parsed) ? new Reply.Answered(parsed) : withoutQuestion(parsed));
        }
        return parsed.getQuestion().equals(query.getQuestion())
                ? Optional.of(new Reply.Answered(parsed))
                : Optional.empty();
    }

    /** A server that cannot parse a query, or has failed, may send only a header. */
    private static boolean isBareFailure(Message message) {
        Header header = message.getHeader();
        return header.getFlag(Flags.QR)
                && !header.getFlag(Flags.TC)
                && header.getCount(Section.QUESTION) == 0
                && header.getCount(Section.ANSWER) == 0
                && message.getRcode() != Rcode.NOERROR
                && message.getRcode() != Rcode.NXDOMAIN;
    }

    private static Reply withoutQuestion(Message message) {
        return message.getHeader().getFlag(Flags.QR)
                ? new Reply.Malformed(
                        "an answer without the question, with response code " + Rcode.string(message.getRcode()))
                : unmatched();
    }

    private static Reply unmatched() {
        return new Reply.Malformed("not an answer to what was asked");
    }
}
