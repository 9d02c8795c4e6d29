package org.countersign.config;

import java.util.List;
import org.countersign.domain.IpNetwork;

/** Finds networks that are so wide that strangers are in them. */
final class WideNetworks {
    // The widest networks that one organization has: 10.0.0.0/8, and fc00::/7 and the like of IPv6.
    private static final int MIN_IPV4_PREFIX = 8;
    private static final int MIN_IPV6_PREFIX = 16;
    private static final int IPV4_OCTETS = 4;
    private static final List<IpNetwork> NOT_PUBLIC = List.of(
            IpNetwork.parse("fc00::/7").orElseThrow(),
            IpNetwork.parse("fe80::/10").orElseThrow());

    private WideNetworks() {}

    /**
     * Warns of the networks of a key that hold a part of the public address space too large for one organization.
     *
     * @param consequence what holds for every client in them, the end of a sentence
     */
    static void warn(ConfigSection section, String key, List<IpNetwork> networks, String consequence) {
        for (IpNetwork network : networks) {
            if (isPublic(network)) {
                section.warn(section.location(key)
                        .problem(
                                network + " holds strangers: every client in it " + consequence,
                                "list only networks of your own"));
            }
        }
    }

    private static boolean isPublic(IpNetwork network) {
        boolean ipv4 = network.address().getAddress().length == IPV4_OCTETS;
        return network.prefixLength() < (ipv4 ? MIN_IPV4_PREFIX : MIN_IPV6_PREFIX)
                && NOT_PUBLIC.stream().noneMatch(reserved -> reserved.covers(network));
    }
}
