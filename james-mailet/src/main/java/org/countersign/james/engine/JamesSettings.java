package org.countersign.james.engine;

import java.time.Duration;
import java.util.List;
import org.countersign.config.FrontEnd;
import org.countersign.config.Section;
import org.countersign.config.SectionReader;
import org.countersign.config.ValueType;
import org.countersign.reports.ReportsSettings;
import org.countersign.store.StoreSettings;

/** How James reads a policy file. */
final class JamesSettings {
    /**
     * The longest time that a message may wait for the DNS, whatever the file says: James calls its hooks on the threads
     * that serve all connections.
     */
    static final Duration MAX_DEADLINE = Duration.ofSeconds(8);

    private static final List<String> CONNECTION_KEYS =
            List.of("max", "negotiation-timeout", "message-timeout", "content-timeout", "idle-timeout");

    // James has no settings of its own, but for reports and their store. The settings of the milter are accepted
    // without effect, so that one file can
    // serve both.
    private static final Section<Boolean> OF_MILTER = Section.atTopLevel(true, keys -> {
        SectionReader root = keys.section();
        root.list("listen", ValueType.TEXT, List.of());
        SectionReader connections = root.section("connections");
        CONNECTION_KEYS.forEach(key -> connections.optional(key, ValueType.TEXT));
        return true;
    });

    static final FrontEnd FRONT_END =
            new FrontEnd(List.of(OF_MILTER, ReportsSettings.SECTION, StoreSettings.SECTION), MAX_DEADLINE);

    private JamesSettings() {}
}
