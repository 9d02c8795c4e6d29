package org.countersign.james.relay;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/** The relays before this server that are trusted to name the client they received a message from. */
public sealed interface TrustedHops {
    /** The largest number of hops. */
    int MAX_HOPS = 20;

    /** Describes accepted values, for an error message. */
    String EXPECTED = "a number of relays from 0 to " + MAX_HOPS
            + ", or networks with commas between them such as 192.0.2.0/24, 2001:db8::/32";

    /**
     * A number of relays, with any addresses.
     *
     * @param hops 0 to {@link #MAX_HOPS}
     */
    record Count(int hops) implements TrustedHops {}

    /** All relays with an address in one of these networks. */
    record Networks(List<IpNetwork> networks) implements TrustedHops {
        public Networks {
            networks = List.copyOf(networks);
        }

        boolean contain(InetAddress address) {
            return IpNetwork.anyContains(networks, address);
        }
    }

    /** Reads a number, or networks separated by commas; empty for anything else. */
    static Optional<TrustedHops> parse(String text) {
        String stripped = text.strip();
        if (!stripped.isEmpty() && stripped.chars().allMatch(Ascii::isDigit)) {
            return Optional.of(stripped)
                    .filter(digits -> digits.length() < 3 && Integer.parseInt(digits) <= MAX_HOPS)
                    .map(digits -> new Count(Integer.parseInt(digits)));
        }
        List<IpNetwork> networks = new ArrayList<>();
        for (String item : stripped.split(",", -1)) {
            Optional<IpNetwork> network = IpNetwork.parse(item.strip());
            if (network.isEmpty()) {
                return Optional.empty();
            }
            networks.add(network.get());
        }
        return Optional.of(new Networks(networks));
    }
}
