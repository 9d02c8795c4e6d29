package org.countersign.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;

/** Commands on a socket of which the test closes one half. */
final class RawCommands {
    private RawCommands() {}

    static void write(SocketChannel channel, MilterCommand... commands) throws IOException {
        for (MilterCommand command : commands) {
            ByteBuffer octets = ByteBuffer.wrap(CommandCodec.encode(command));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        }
    }

    /** Reads until the other side closes; the number of octets. */
    static int octetsUntilClosed(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        int octets = 0;
        int read = channel.read(buffer);
        while (read >= 0) {
            octets += read;
            buffer.clear();
            read = channel.read(buffer);
        }
        return octets;
    }
}
