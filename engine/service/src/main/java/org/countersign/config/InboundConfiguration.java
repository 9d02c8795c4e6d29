package org.countersign.config;

import java.util.List;
import org.countersign.TrafficRules;
import org.countersign.domain.IpNetwork;

/**
 * The section {@code inbound}.
 *
 * @param skipNetworks {@code skip-networks}: clients whose mail is not judged
 * @param receivedSpf {@code received-spf}: whether Received-SPF fields are added too (RFC 7208 §9.1)
 */
public record InboundConfiguration(List<IpNetwork> skipNetworks, boolean receivedSpf) {
    static final InboundConfiguration DEFAULT = new InboundConfiguration(TrafficRules.DEFAULT.skipNetworks(), false);

    public InboundConfiguration {
        skipNetworks = List.copyOf(skipNetworks);
    }

    static InboundConfiguration read(ConfigSection section) {
        List<IpNetwork> skipped = section.list("skip-networks", ValueType.IP_NETWORK, DEFAULT.skipNetworks);
        WideNetworks.warn(section, "skip-networks", skipped, "passes without being judged");
        return new InboundConfiguration(skipped, section.value("received-spf", ValueType.BOOLEAN, DEFAULT.receivedSpf));
    }
}
