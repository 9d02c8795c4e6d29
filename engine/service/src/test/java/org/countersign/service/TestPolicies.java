package org.countersign.service;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.config.Configuration;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.inbound.TemperrorTable;
import org.countersign.keys.SigningKey;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;

/** Loads policies in tests. */
final class TestPolicies {
    /** Ignores what an engine finds. */
    static final EngineListener IGNORE = new EngineListener() {
        @Override
        public void key(SigningIdentity identity, PublishedKey state) {}

        @Override
        public void temperrorPersists(TemperrorTable.Persistent found) {}
    };

    private TestPolicies() {}

    /** Loads a policy file with all that it names. */
    static LoadedPolicy load(Path file) throws FileFailure {
        return new PolicyLoader(file, FrontEnd.NONE, InstantSource.system(), IGNORE, Optional.empty()).load();
    }

    /** The signing policy of a configuration without a table file. */
    static SigningPolicy signing(Configuration configuration, Function<KeyEntry, SigningKey> keys) {
        return SigningPolicyFactory.policy(configuration, List.of(), keys(configuration, List.of(), keys));
    }

    /** A key for each entry, without reading a file. */
    static Map<KeyEntry, SigningKey> keys(
            Configuration configuration, List<SigningTableFile.Line> lines, Function<KeyEntry, SigningKey> keys) {
        Map<KeyEntry, SigningKey> byEntry = new HashMap<>();
        SigningPolicyFactory.keyEntries(configuration, lines).forEach(entry -> byEntry.put(entry, keys.apply(entry)));
        return byEntry;
    }
}
