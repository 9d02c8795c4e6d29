package org.countersign.service;

import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.crypto.RsaEngine;

/** A policy that was read completely, with the engine that was built from it. Immutable. */
public final class LoadedPolicy {
    private final Configuration configuration;
    private final CountersignEngine engine;
    private final int keyCount;
    private final List<ConfigProblem> warnings;
    private final ReusableState state;

    LoadedPolicy(
            Configuration configuration,
            CountersignEngine engine,
            int keyCount,
            List<ConfigProblem> warnings,
            ReusableState state) {
        this.configuration = configuration;
        this.engine = engine;
        this.keyCount = keyCount;
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

    /** The number of keys that may sign or seal. */
    public int keyCount() {
        return keyCount;
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
