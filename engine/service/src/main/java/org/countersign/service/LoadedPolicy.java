package org.countersign.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.countersign.CountersignEngine;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.EngineFactory;
import org.countersign.crypto.RsaEngine;
import org.countersign.keys.SigningKey;

/**
 * A policy that came out of its files whole.
 *
 * @param configuration what the policy file says about the engine
 * @param host what it says about the program around the engine
 * @param engine built from it, from the table file and from the keys
 * @param keyCount how many keys may sign
 * @param warnings what in the policy file is allowed but probably not meant
 * @param <H> the settings of the host
 */
public record LoadedPolicy<H>(
        Configuration configuration,
        H host,
        CountersignEngine engine,
        int keyCount,
        List<ConfigProblem> warnings,
        Materials materials) {
    public LoadedPolicy {
        warnings = List.copyOf(warnings);
    }

    /** What the engine asks the DNS with. */
    public DnsConfiguration.Client dns() {
        return materials.dns();
    }

    /** What the engine computes with RSA keys. */
    public RsaEngine rsa() {
        return materials.shared().rsa();
    }

    /**
     * What the policy before it had and this one has not: mode {@code enforce}, keys, protected domains, settings.
     *
     * @return a line for each kind of loss
     */
    public List<String> lostSince(LoadedPolicy<H> before) {
        return materials.inventory.lostSince(before.materials.inventory);
    }

    /**
     * What the next loading may take over.
     *
     * @param configuration what {@code dns} was built from
     * @param shared what all engines of the host share
     * @param stamps of every file that was read, as it was before it was read
     * @param keys by file
     * @param inventory what the next policy must not lose unnoticed
     */
    record Materials(
            DnsConfiguration configuration,
            DnsConfiguration.Client dns,
            EngineFactory.SharedState shared,
            Map<Path, FileStamp> stamps,
            Map<Path, SigningKey> keys,
            ConfigurationSummary inventory) {
        Materials {
            stamps = Map.copyOf(stamps);
            keys = Map.copyOf(keys);
        }
    }
}
