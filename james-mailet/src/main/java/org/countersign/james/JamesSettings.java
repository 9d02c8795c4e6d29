package org.countersign.james;

import java.time.Duration;
import java.util.List;
import org.countersign.config.ConfigSection;
import org.countersign.config.Configuration;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.HostSettings;
import org.countersign.config.ValueType;

/**
 * What a policy file says about James around the engine: nothing so far. Where the milter listens is passed over,
 * so that one file may serve both.
 */
public record JamesSettings() {
    /**
     * The longest that a message may wait for the DNS, whatever the file says: James calls its hooks on the
     * threads that serve all connections.
     */
    static final Duration MAX_DEADLINE = Duration.ofSeconds(8);

    private static final List<String> OF_CONNECTIONS =
            List.of("max", "negotiation-timeout", "message-timeout", "content-timeout", "idle-timeout");

    /** Reads them, and keeps the engine within James' patience. */
    static final class Reader implements HostSettings<JamesSettings> {
        @Override
        public JamesSettings read(ConfigSection root) {
            root.list("listen", ValueType.TEXT, List.of());
            ConfigSection connections = root.section("connections");
            OF_CONNECTIONS.forEach(key -> connections.optional(key, ValueType.TEXT));
            return new JamesSettings();
        }

        @Override
        public Configuration adapt(Configuration engine) {
            DnsConfiguration dns = engine.dns();
            return dns.deadline().compareTo(MAX_DEADLINE) <= 0
                    ? engine
                    : engine.withDns(new DnsConfiguration(dns.servers(), dns.timeout(), MAX_DEADLINE, dns.cache()));
        }
    }
}
