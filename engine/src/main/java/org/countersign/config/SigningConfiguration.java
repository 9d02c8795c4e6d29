package org.countersign.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.domain.IpNetwork;

/**
 * The section {@code signing}.
 *
 * @param keys {@code keys}: which domains are signed for, with what
 */
public record SigningConfiguration(When when, List<KeyReference> keys) {
    static final SigningConfiguration DEFAULT = new SigningConfiguration(When.DEFAULT, List.of());

    /**
     * The section {@code signing.when}: what marks a message as outbound. Any one is enough.
     *
     * @param authenticated {@code authenticated}: the client has logged in
     * @param networks {@code networks}: the client is in one of these
     * @param daemonNames {@code daemon-names}: it came in through a listener of one of these names
     */
    public record When(boolean authenticated, List<IpNetwork> networks, List<String> daemonNames) {
        static final When DEFAULT = new When(
                TrafficRules.DEFAULT.signAuthenticated(),
                TrafficRules.DEFAULT.signNetworks(),
                TrafficRules.DEFAULT.signListeners());

        public When {
            networks = List.copyOf(networks);
            daemonNames = List.copyOf(daemonNames);
        }

        static When read(ConfigSection section) {
            return new When(
                    section.value("authenticated", ValueType.BOOLEAN, DEFAULT.authenticated),
                    section.list("networks", ValueType.IP_NETWORK, DEFAULT.networks),
                    section.list("daemon-names", ValueType.TEXT, DEFAULT.daemonNames));
        }
    }

    public SigningConfiguration {
        keys = List.copyOf(keys);
    }

    static SigningConfiguration read(ConfigSection section) {
        List<KeyReference> keys = new ArrayList<>();
        Map<String, ConfigLocation> seen = new HashMap<>();
        for (ConfigSection item : section.sections("keys")) {
            Optional<KeyReference> key = KeyReference.read(item);
            if (key.isEmpty()) {
                continue;
            }
            ConfigLocation earlier = seen.putIfAbsent(key.get().recordName(), item.location());
            if (earlier == null) {
                keys.add(key.get());
            } else {
                item.report(item.location()
                        .problem(
                                "is for the same domain and selector as the key in line " + earlier.line(),
                                "give each key a selector of its own"));
            }
        }
        return new SigningConfiguration(When.read(section.section("when")), keys);
    }
}
