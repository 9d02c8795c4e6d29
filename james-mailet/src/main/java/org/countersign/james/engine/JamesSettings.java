package org.countersign.james.engine;

import java.time.Duration;
import java.util.List;
import org.countersign.config.ConfigSection;
import org.countersign.config.Configuration;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.HostSettings;
import org.countersign.config.ValueType;

/**
 * The settings of a policy file for James itself: none so far. The keys of the milter service are accepted and ignored,
 * so that both hosts can use the same file.
 */
public record JamesSettings() {
    /**
     * The upper limit of {@code dns.deadline}. James calls its hooks on the threads that serve all connections, so a
     * message must not wait longer for the DNS.
     */
    static final Duration MAX_DEADLINE = Duration.ofSeconds(8);

    private static final List<String> CONNECTION_KEYS =
            List.of("max", "negotiation-timeout", "message-timeout", "content-timeout", "idle-timeout");

    /** Reads the settings, and limits the deadline of the engine. */
    static final class Reader implements HostSettings<JamesSettings> {
        @Override
        public JamesSettings read(ConfigSection root) {
            root.list("listen", ValueType.TEXT, List.of());
            ConfigSection connections = root.section("connections");
            CONNECTION_KEYS.forEach(key -> connections.optional(key, ValueType.TEXT));
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
