package org.countersign.ops.system;

import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Sends datagrams to a UNIX socket, such as {@code /dev/log}. The Java library has UNIX sockets for streams only.
 *
 * <p>Sending never waits. The address is resolved for each datagram, so a receiver that was restarted gets the next one.
 * The methods can be called from any thread.
 *
 * <p>The implementation needs Linux and the foreign function interface, which is final since Java 22. Its class is
 * compiled for Java 22 and loaded by name, so that the program runs with Java 21.
 */
public abstract class UnixDatagramSender implements AutoCloseable {
    /** The size of {@code sun_path} on Linux, in octets. */
    private static final int MAX_PATH = 108;

    private static final String IMPLEMENTATION = "org.countersign.ops.system.ForeignDatagramSender";
    private static final int FIRST_JAVA = 22;

    UnixDatagramSender() {}

    /**
     * Creates a sender. It never fails: without support each datagram is {@link SendResult.Unreachable}.
     *
     * @param address the path of a socket; one that begins with {@code @} is in the abstract namespace of Linux, where
     *     {@code @} stands for the octet 0
     */
    public static UnixDatagramSender to(String address) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new Unavailable("sockets for datagrams are supported on Linux only");
        }
        if (Runtime.version().feature() < FIRST_JAVA) {
            return new Unavailable("sockets for datagrams need Java " + FIRST_JAVA + " or newer, and this is Java "
                    + Runtime.version().feature());
        }
        byte[] path = socketPath(address);
        return path.length > MAX_PATH ? new Unavailable("its path is too long for a socket") : implementation(path);
    }

    private static UnixDatagramSender implementation(byte[] path) {
        try {
            return Class.forName(IMPLEMENTATION)
                    .asSubclass(UnixDatagramSender.class)
                    .getDeclaredConstructor(byte[].class)
                    .newInstance((Object) path);
        } catch (ClassNotFoundException missing) {
            return new Unavailable(
                    "this program was built with Java 21, and sockets for datagrams need a build with Java "
                            + FIRST_JAVA);
        } catch (InvocationTargetException failure) {
            // The virtual machine forbids native functions, or has none for this processor.
            return new Unavailable("native functions cannot be called: " + failure.getCause());
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The value of {@code sun_path}: a path ends with the octet 0, an abstract name begins with it. */
    private static byte[] socketPath(String address) {
        byte[] octets = address.getBytes(StandardCharsets.UTF_8);
        if (!address.startsWith("@")) {
            return Arrays.copyOf(octets, octets.length + 1);
        }
        octets[0] = 0;
        return octets;
    }

    /** Sends one datagram without waiting. */
    public abstract SendResult send(byte[] datagram);

    /** Closes the socket. Later datagrams are {@link SendResult.Unreachable}. */
    @Override
    public abstract void close();

    /** Sends nothing. */
    private static final class Unavailable extends UnixDatagramSender {
        private final SendResult result;

        Unavailable(String reason) {
            this.result = new SendResult.Unreachable(reason);
        }

        @Override
        public SendResult send(byte[] datagram) {
            return result;
        }

        @Override
        public void close() {
            // There is no socket.
        }
    }
}
