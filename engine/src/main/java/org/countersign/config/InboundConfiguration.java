package org.countersign.config;

import java.util.List;
import org.countersign.TrafficRules;
import org.countersign.domain.IpNetwork;

/**
 * The section {@code inbound}.
 *
 * @param skipNetworks {@code skip-networks}: clients whose mail is not judged
 */
public record InboundConfiguration(List<IpNetwork> skipNetworks) {
    static final InboundConfiguration DEFAULT = new InboundConfiguration(TrafficRules.DEFAULT.skipNetworks());

    public InboundConfiguration {
        skipNetworks = List.copyOf(skipNetworks);
    }

    static InboundConfiguration read(ConfigSection section) {
        return new InboundConfiguration(section.list("skip-networks", ValueType.IP_NETWORK, DEFAULT.skipNetworks));
    }
}
