package org.countersign.importer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;

/** Sets of addresses, as lists of networks. */
final class Networks {
    static final IpNetwork LOOPBACK_4 = IpNetwork.parse("127.0.0.1").orElseThrow();
    static final IpNetwork LOOPBACK_6 = IpNetwork.parse("::1").orElseThrow();

    private Networks() {}

    /** The network with no bits set behind its prefix. */
    static IpNetwork masked(IpNetwork network) {
        byte[] octets = network.address().getAddress();
        for (int bit = network.prefixLength(); bit < octets.length * 8; bit++) {
            octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return IpNetwork.of(address(octets), network.prefixLength());
    }

    /** A network whose prefix may be written as a mask, such as {@code 192.0.2.0/255.255.255.0}; bits behind it may be set. */
    static Optional<IpNetwork> withMask(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return IpNetwork.parse(text);
        }
        Optional<InetAddress> address = IpNetwork.parseAddress(text.substring(0, slash));
        String prefix = text.substring(slash + 1);
        int length = prefix.indexOf('.') >= 0
                ? maskLength(prefix)
                : Directive.decimal(prefix).orElse(-1L).intValue();
        return address.filter(found -> length >= 0 && length <= found.getAddress().length * 8)
                .map(found -> IpNetwork.of(found, length));
    }

    /** The length of the prefix of a mask such as 255.255.255.0; -1 for another text. */
    private static int maskLength(String mask) {
        Optional<InetAddress> address = IpNetwork.parseAddress(mask);
        if (address.isEmpty() || address.get().getAddress().length != 4) {
            return -1;
        }
        int bits = ByteBuffer.wrap(address.get().getAddress()).getInt();
        int length = Integer.numberOfLeadingZeros(~bits);
        return length == 32 || bits << length == 0 ? length : -1;
    }

    /** The network as a person writes it: a single address without its length. */
    static String text(IpNetwork network) {
        boolean single = network.prefixLength() == network.address().getAddress().length * 8;
        return single ? IpNetwork.renderAddress(network.address()) : network.toString();
    }

    /** Networks without those that another one of the list covers, in their order. */
    static List<IpNetwork> distinct(List<IpNetwork> networks) {
        List<IpNetwork> kept = new ArrayList<>();
        for (IpNetwork network : networks) {
            if (kept.stream().noneMatch(other -> other.covers(network))) {
                kept.removeIf(network::covers);
                kept.add(network);
            }
        }
        return kept;
    }

    /**
     * What is in the first list, but not in the second. Where entries of both cover an address, the narrower one decides, and
     * of two equal ones the exclusion.
     */
    static List<IpNetwork> without(List<IpNetwork> networks, List<IpNetwork> excluded) {
        List<IpNetwork> result = new ArrayList<>();
        for (IpNetwork network : networks) {
            boolean decided = excluded.stream().anyMatch(exclusion -> exclusion.equals(network));
            if (!decided) {
                List<IpNetwork> holes = excluded.stream()
                        .filter(exclusion -> network.covers(exclusion) && !network.equals(exclusion))
                        .toList();
                subtract(network, holes, result);
            }
        }
        return distinct(result);
    }

    private static void subtract(IpNetwork network, List<IpNetwork> holes, List<IpNetwork> result) {
        if (holes.isEmpty()) {
            result.add(network);
            return;
        }
        if (holes.stream().anyMatch(hole -> hole.covers(network))) {
            return;
        }
        for (IpNetwork half : halves(network)) {
            subtract(
                    half,
                    holes.stream()
                            .filter(hole -> half.covers(hole) || hole.covers(half))
                            .toList(),
                    result);
        }
    }

    private static List<IpNetwork> halves(IpNetwork network) {
        int length = network.prefixLength();
        byte[] upper = network.address().getAddress();
        upper[length / 8] |= (byte) (0x80 >> length % 8);
        return List.of(IpNetwork.of(network.address(), length + 1), IpNetwork.of(address(upper), length + 1));
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of four or sixteen octets", impossible);
        }
    }
}
