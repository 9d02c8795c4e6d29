package org.countersign.inbound;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Optional;

/**
 * The network of an SMTP client: a /24 of IPv4 or a /48 of IPv6, of which one party seldom has many.
 *
 * @param kind the kind of its addresses
 * @param prefix the common bits of its addresses
 */
record ClientNetwork(Kind kind, long prefix) implements Comparable<ClientNetwork> {
    private static final Comparator<ClientNetwork> ORDER =
            Comparator.comparing(ClientNetwork::kind).thenComparingLong(ClientNetwork::prefix);
    private static final int IPV4_OCTETS = 4;

    /** The kind of addresses, and the number of prefix bits that distinguish networks of one block. */
    enum Kind {
        /** The address of the client is not known. */
        UNKNOWN(0),
        /** /24 within /16. */
        IPV4(8),
        /** /48 within /32. */
        IPV6(16);

        private final int bitsWithinBlock;

        Kind(int bitsWithinBlock) {
            this.bitsWithinBlock = bitsWithinBlock;
        }
    }

    static ClientNetwork of(Optional<InetAddress> client) {
        if (client.isEmpty()) {
            return new ClientNetwork(Kind.UNKNOWN, 0);
        }
        ByteBuffer octets = ByteBuffer.wrap(client.get().getAddress());
        return octets.remaining() == IPV4_OCTETS
                ? new ClientNetwork(Kind.IPV4, Integer.toUnsignedLong(octets.getInt()) >>> 8)
                : new ClientNetwork(Kind.IPV6, octets.getLong() >>> 16);
    }

    /** The block of networks that contains this one: a /16 or a /32. */
    ClientNetwork block() {
        return new ClientNetwork(kind, prefix >>> kind.bitsWithinBlock);
    }

    @Override
    public int compareTo(ClientNetwork other) {
        return ORDER.compare(this, other);
    }
}
