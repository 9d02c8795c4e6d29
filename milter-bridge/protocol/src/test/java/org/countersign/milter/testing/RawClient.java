package org.countersign.milter.testing;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.PacketReader;
import org.countersign.milter.wire.ReplyCodec;

/** A mail server that sends any octets. */
public final class RawClient implements AutoCloseable {
    private final SocketChannel channel;
    private final PacketReader reader;

    public RawClient(ListenAddress address) throws IOException {
        channel = SocketChannel.open(address.resolve());
        if (address instanceof ListenAddress.Inet) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        reader = new PacketReader(channel);
    }

    public RawClient send(byte... octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        return this;
    }

    public RawClient send(MilterCommand... commands) throws IOException {
        for (MilterCommand command : commands) {
            send(CommandCodec.encode(command));
        }
        return this;
    }

    /** Waits for the next reply. */
    public MilterReply receive() throws IOException {
        if (reader.next() instanceof Packet.Frame frame) {
            return ReplyCodec.decode(frame);
        }
        throw new AssertionError("the connection was closed instead of a reply");
    }

    /** Waits for the next packet or the end; whether the server closed the connection. */
    public boolean isClosedByServer() throws IOException {
        try {
            return reader.next() instanceof Packet.End;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
