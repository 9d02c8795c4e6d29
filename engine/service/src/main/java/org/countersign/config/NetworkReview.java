package org.countersign.config;

import java.util.List;
import org.countersign.domain.IpNetwork;

/** Finds networks that are too large for one organization. */
final class NetworkReview {
    // The largest networks of one organization: 10.0.0.0/8, and in IPv6 fc00::/7 and similar ones.
    private static final int MIN_IPV4_PREFIX = 8;
    private static final int MIN_IPV6_PREFIX = 16;
    private static final int IPV4_OCTETS = 4;
    private static final List<IpNetwork> NOT_PUBLIC = List.of(
            IpNetwork.parse("fc00::/7").orElseThrow(),
            IpNetwork.parse("fe80::/10").orElseThrow());

    private NetworkReview() {}

    /**
     * Warns of the networks of a key that cover more of the public address space than one organization has.
     *
     * @param consequence what happens to every client in them, as the end of a sentence
     */
    static void warn(SectionReader section, String key, List<IpNetwork> networks, String consequence) {
        for (IpNetwork network : networks) {
            if (isPublic(network)) {
                section.warn(
                        key,
                        network + " is larger than the network of one organization: every client in it " + consequence,
                        "list only your own networks");
            }
        }
    }

    private static boolean isPublic(IpNetwork network) {
        boolean ipv4 = network.address().getAddress().length == IPV4_OCTETS;
        return network.prefixLength() < (ipv4 ? MIN_IPV4_PREFIX : MIN_IPV6_PREFIX)
                && NOT_PUBLIC.stream().noneMatch(reserved -> reserved.covers(network));
    }
}
