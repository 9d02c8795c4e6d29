package org.countersign.config;

import java.time.Duration;
import java.util.List;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.inbound.DmarcSettings;

/**
 * The section {@code dmarc}.
 *
 * @param organizationalDomain {@code organizational-domain}: how Organizational Domains are found, and whether what the
 *     other way would have come to is on record
 * @param deferFor {@code defer-for}: how long mail of a domain is deferred while DMARC cannot be evaluated
 */
public record DmarcConfiguration(DiscoveryMode organizationalDomain, Duration deferFor) {
    static final DmarcConfiguration DEFAULT =
            new DmarcConfiguration(DmarcSettings.DEFAULT.organizationalDomain(), DmarcSettings.DEFAULT.deferFor());

    private static final ValueType<Duration> DEFER_FOR = ValueType.duration(Duration.ZERO, Duration.ofDays(5));

    static DmarcConfiguration read(ConfigSection section) {
        return new DmarcConfiguration(
                section.value(
                        "organizational-domain",
                        ValueType.keyword(List.of(DiscoveryMode.values())),
                        DEFAULT.organizationalDomain),
                section.value("defer-for", DEFER_FOR, DEFAULT.deferFor));
    }
}
