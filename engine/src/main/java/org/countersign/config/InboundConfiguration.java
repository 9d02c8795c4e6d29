package org.countersign.config;

import java.util.List;
import org.countersign.domain.IpNetwork;

/**
 * The section {@code inbound}.
 *
 * @param skipNetworks {@code skip-networks}: clients whose mail is not judged
 */
public record InboundConfiguration(List<IpNetwork> skipNetworks) {
    static final InboundConfiguration DEFAULT =
            new InboundConfiguration(List.of(loopback("127.0.0.0/8"), loopback("::1/128")));

    public InboundConfiguration {
        skipNetworks = List.copyOf(skipNetworks);
    }

    private static IpNetwork loopback(String text) {
        return IpNetwork.parse(text).orElseThrow();
    }

    static InboundConfiguration read(ConfigSection section) {
        return new InboundConfiguration(section.list("skip-networks", ValueType.IP_NETWORK, DEFAULT.skipNetworks));
    }
}
