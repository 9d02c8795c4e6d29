package org.countersign.config;

import java.util.List;
import org.countersign.dmarc.DiscoveryMode;

/**
 * The section {@code dmarc}.
 *
 * @param organizationalDomain {@code organizational-domain}: how Organizational Domains are found, and whether what the
 *     other way would have come to is on record
 */
public record DmarcConfiguration(DiscoveryMode organizationalDomain) {
    static final DmarcConfiguration DEFAULT = new DmarcConfiguration(DiscoveryMode.TREE_WALK);

    static DmarcConfiguration read(ConfigSection section) {
        return new DmarcConfiguration(section.value(
                "organizational-domain",
                ValueType.keyword(List.of(DiscoveryMode.values())),
                DEFAULT.organizationalDomain));
    }
}
