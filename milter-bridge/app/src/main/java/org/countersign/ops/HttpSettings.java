package org.countersign.ops;

import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.milter.wire.ListenAddress;

/**
 * The section {@code http} of a policy file.
 *
 * @param listen {@code http.listen}: where metrics and health are served; empty for nowhere
 */
record HttpSettings(Optional<Address> listen) {
    private static final ValueType<Address> ADDRESS =
            ValueType.of("an address such as 127.0.0.1:9891 or [::1]:9891", Address::parse, "host:port");

    /** Nothing is served. */
    static final HttpSettings OFF = new HttpSettings(Optional.empty());

    static final Section<HttpSettings> SECTION = Section.of("http", OFF, HttpSettings::read);

    /** A TCP address, written as in a URL. */
    record Address(ListenAddress.Inet socket) {
        private static final String PREFIX = "inet:";

        static Optional<Address> parse(String text) {
            // Only the notation of URLs: the address parser also reads that of Sendmail, PORT@HOST.
            Optional<ListenAddress> found =
                    text.indexOf('@') < 0 ? ListenAddress.parse(PREFIX + text) : Optional.empty();
            return found.flatMap(address ->
                    address instanceof ListenAddress.Inet inet ? Optional.of(new Address(inet)) : Optional.empty());
        }

        @Override
        public String toString() {
            return socket.toString().substring(PREFIX.length());
        }
    }

    /** The settings of a file that was read with the sections of the milter service. */
    static HttpSettings of(Configuration configuration) {
        return configuration.extension(SECTION);
    }

    /** Whether anything is served. */
    boolean isOn() {
        return listen.isPresent();
    }

    private static HttpSettings read(SettingReader<HttpSettings> keys) {
        HttpSettings settings = new HttpSettings(keys.setting(
                        "listen",
                        "Where [metrics and health](metrics.md) are served by HTTP: `host:port`. There is neither a"
                                + " password nor encryption.")
                .optional(ADDRESS, "off"));
        settings.listen
                .filter(address -> !ListenerWarnings.isLoopback(address.socket.host()))
                .ifPresent(address -> keys.section()
                        .warn(
                                "listen",
                                address + " can be reached from other machines, and everyone there can read how much"
                                        + " mail passes and which domains sign it",
                                "listen on 127.0.0.1, or let a firewall admit the monitoring server alone"));
        return settings;
    }
}
