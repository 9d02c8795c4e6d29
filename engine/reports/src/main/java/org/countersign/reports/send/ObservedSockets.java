package org.countersign.reports.send;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import javax.net.SocketFactory;

/** Creates sockets, and tells about each of them before it is connected. */
public final class ObservedSockets extends SocketFactory {
    private final Consumer<Socket> observer;

    /** @param observer gets each socket */
    public ObservedSockets(Consumer<Socket> observer) {
        this.observer = observer;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        observer.accept(socket);
        return socket;
    }

    private Socket connected(InetSocketAddress remote) throws IOException {
        Socket socket = createSocket();
        socket.connect(remote);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }
}
