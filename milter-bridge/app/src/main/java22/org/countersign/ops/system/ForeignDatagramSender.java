package org.countersign.ops.system;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sends datagrams with {@code sendto} of the C library. The numbers are those of Linux on x86 and ARM processors. */
final class ForeignDatagramSender extends UnixDatagramSender {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final int EAGAIN = 11;
    private static final int EMSGSIZE = 90;
    private static final int ENOBUFS = 105;

    private static final int NONE = -1;

    private final NativeFunctions system = new NativeFunctions();
    private final byte[] address;

    // Guarded by this object. Opened when first needed, so that sending recovers from a shortage of file descriptors.
    private int descriptor = NONE;
    private boolean closed;

    /**
     * @param path the value of {@code sun_path}
     */
    ForeignDatagramSender(byte[] path) {
        address = ByteBuffer.allocate(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_UNIX)
                .put(path)
                .array();
    }

    @Override
    public synchronized SendResult send(byte[] datagram) {
        if (closed) {
            return new SendResult.Unreachable("the socket is closed");
        }
        if (descriptor < 0) {
            descriptor = system.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
            if (descriptor < 0) {
                return unreachable(-descriptor);
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, datagram);
            long sent = system.sendTo(
                    descriptor, data, MSG_DONTWAIT | MSG_NOSIGNAL, arena.allocateFrom(JAVA_BYTE, address));
            return sent >= 0 ? new SendResult.Sent() : failure((int) -sent);
        }
    }

    private SendResult failure(int errno) {
        return switch (errno) {
            case EAGAIN, ENOBUFS -> new SendResult.WouldBlock();
            case EMSGSIZE -> new SendResult.TooLong();
            default -> unreachable(errno);
        };
    }

    private SendResult unreachable(int errno) {
        return new SendResult.Unreachable(system.errorText(errno));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (descriptor >= 0) {
            // An error of close() leaves the descriptor closed too.
            system.close(descriptor);
            descriptor = NONE;
        }
    }
}
