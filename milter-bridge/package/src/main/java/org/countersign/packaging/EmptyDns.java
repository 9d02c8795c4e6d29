package org.countersign.packaging;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** A DNS server on a loopback port in which no name exists. */
final class EmptyDns implements AutoCloseable {
    private static final int MAX_MESSAGE = 4096;
    private static final int HEADER = 12;

    // RFC 1035 §4.1.1: QR and the wanted recursion in the third octet, RA and RCODE 3 (NXDOMAIN) in the fourth.
    private static final byte RESPONSE = (byte) 0x81;
    private static final byte NO_SUCH_NAME = (byte) 0x83;

    private final DatagramSocket socket;

    private EmptyDns(DatagramSocket socket) {
        this.socket = socket;
    }

    static EmptyDns start() throws IOException {
        EmptyDns dns = new EmptyDns(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("dns").start(dns::answer);
        return dns;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void answer() {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
        try {
            while (true) {
                packet.setLength(MAX_MESSAGE);
                socket.receive(packet);
                if (packet.getLength() >= HEADER) {
                    packet.getData()[2] = RESPONSE;
                    packet.getData()[3] = NO_SUCH_NAME;
                    socket.send(packet);
                }
            }
        } catch (IOException closed) {
            // The end of the training.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
