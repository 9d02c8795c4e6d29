package org.countersign.service;

import java.nio.file.Path;
import java.util.Map;
import org.countersign.config.DnsSettings;
import org.countersign.keys.SigningKey;

/**
 * The state that the next loading of a policy may take over.
 *
 * @param dnsSettings the settings that {@code dns} was built from
 * @param shared shared by all engines of the program
 * @param stamps of every file that was read, taken just before it was read
 * @param keys by file
 * @param summary the contents that a reload must not lose unnoticed
 */
record ReusableState(
        DnsSettings dnsSettings,
        DnsResolver dns,
        EngineFactory.SharedState shared,
        Map<Path, FileStamp> stamps,
        Map<Path, SigningKey> keys,
        ConfigurationSummary summary) {
    ReusableState {
        stamps = Map.copyOf(stamps);
        keys = Map.copyOf(keys);
    }
}
