package org.countersign.service;

import java.util.List;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.crypto.RsaEngine;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.SigningTable;

/** A policy that was read completely, with the engine that was built from it. Immutable. */
public final class LoadedPolicy {
    /** A table file may name many more, which nobody wants to have listed. */
    static final int MAX_FIRST_KEYS = 500;

    private final Configuration configuration;
    private final CountersignEngine engine;
    private final SigningTable signingTable;
    private final int keyCount;
    private final List<KeyEntry> firstKeys;
    private final Optional<PublishedKeyMonitor> keyMonitor;
    private final List<ConfigProblem> warnings;
    private final ReusableState state;

    LoadedPolicy(
            Configuration configuration,
            CountersignEngine engine,
            SigningTable signingTable,
            int keyCount,
            List<KeyEntry> firstKeys,
            Optional<PublishedKeyMonitor> keyMonitor,
            List<ConfigProblem> warnings,
            ReusableState state) {
        this.configuration = configuration;
        this.engine = engine;
        this.signingTable = signingTable;
        this.keyCount = keyCount;
        this.firstKeys = List.copyOf(firstKeys);
        this.keyMonitor = keyMonitor;
        this.warnings = List.copyOf(warnings);
        this.state = state;
    }

    /** The contents of the policy file. */
    public Configuration configuration() {
        return configuration;
    }

    /** The engine that was built from the policy file, its table file and its keys. */
    public CountersignEngine engine() {
        return engine;
    }

    /** Which keys sign mail of which author, for mail that this program makes itself. */
    public SigningTable signingTable() {
        return signingTable;
    }

    /** The number of keys that may sign or seal. */
    public int keyCount() {
        return keyCount;
    }

    /** The first {@value #MAX_FIRST_KEYS} keys that may sign or seal, in the order of the files. */
    public List<KeyEntry> firstKeys() {
        return firstKeys;
    }

    /** Whether the DNS publishes the keys that have signed with this policy; empty if that is not checked. */
    public Optional<PublishedKeyMonitor> keyMonitor() {
        return keyMonitor;
    }

    /** What the policy file says that is allowed but probably not intended. */
    public List<ConfigProblem> warnings() {
        return warnings;
    }

    /** The resolver of the engine. */
    public DnsResolver dns() {
        return state.dns();
    }

    /** Computes with the RSA keys of the engine. */
    public RsaEngine rsa() {
        return state.shared().rsa();
    }

    ReusableState state() {
        return state;
    }

    /**
     * What this policy lacks in comparison with the one before it: mode {@code enforce}, keys, protected domains, rules
     * and settings.
     *
     * @return a line for each kind of loss
     */
    public List<String> lostSince(LoadedPolicy before) {
        return state.summary().lostSince(before.state.summary());
    }
}
