package org.countersign.ops;

import java.io.FileDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.ProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * A file descriptor of a listening socket that this process got from its parent.
 *
 * <p>{@link System#inheritedChannel()} is only for descriptor 0. For others the JDK has the same code, but no API, so it
 * is called by reflection. The virtual machine permits that with the option {@link #OPTION}.
 */
sealed interface InheritedSocket {
    /** The option of the virtual machine that makes the file descriptors accessible. */
    String OPTION = "--add-opens java.base/sun.nio.ch=ALL-UNNAMED";

    /** A listening socket, which closes its descriptor. */
    record Listening(ServerSocketChannel channel) implements InheritedSocket {}

    /** The descriptor is not a listening stream socket. It stays open. */
    record NotListening(String reason) implements InheritedSocket {}

    /** This virtual machine gives no access to file descriptors. */
    record NoAccess() implements InheritedSocket {}

    /** Opens a channel for a descriptor that nothing else in this process uses. */
    static InheritedSocket open(int descriptor) {
        try {
            Class<?> inherited = Class.forName("sun.nio.ch.InheritedChannel");
            int family = (int) method(inherited, "addressFamily").invoke(null, descriptor);
            // Constants of InheritedChannel: UNKNOWN is -1, SOCK_STREAM is 1.
            if (family < 0) {
                return new NotListening("it is not open, or not a TCP or UNIX socket");
            }
            if ((int) method(inherited, "soType0").invoke(null, descriptor) != 1) {
                return new NotListening("it is not a stream socket");
            }
            if ((boolean) method(inherited, "isConnected").invoke(null, descriptor)) {
                return new NotListening("it is connected, so the unit needs Accept=no");
            }
            Object protocol = method(inherited, "protocolFamily").invoke(null, family);
            Object file = method(Class.forName("sun.nio.ch.IOUtil"), "newFD").invoke(null, descriptor);
            Constructor<?> constructor = Class.forName("sun.nio.ch.ServerSocketChannelImpl")
                    .getDeclaredConstructor(
                            SelectorProvider.class, ProtocolFamily.class, FileDescriptor.class, boolean.class);
            constructor.setAccessible(true);
            return new Listening(
                    (ServerSocketChannel) constructor.newInstance(SelectorProvider.provider(), protocol, file, true));
        } catch (InvocationTargetException failure) {
            return new NotListening(String.valueOf(failure.getCause()));
        } catch (ReflectiveOperationException | InaccessibleObjectException other) {
            return new NoAccess();
        }
    }

    private static Method method(Class<?> type, String name) throws ReflectiveOperationException {
        Method method = type.getDeclaredMethod(name, int.class);
        method.setAccessible(true);
        return method;
    }
}
