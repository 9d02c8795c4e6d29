package org.countersign.service.check;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.service.DnsResolver;
import org.countersign.service.PolicyInspection;
import org.countersign.service.PolicyLoader;
import org.countersign.service.ProcessIdentity;

/**
 * Checks a policy file with every file that it names, and the DNS that it needs. Starts nothing and changes nothing.
 */
public final class PolicyCheck {
    private static final DomainName ROOT_ZONE_CHILD = DomainName.parse("org").orElseThrow();

    private final InstantSource clock;
    private final Findings findings;

    /**
     * @param findings receives everything that is found
     */
    public PolicyCheck(InstantSource clock, Findings findings) {
        this.clock = clock;
        this.findings = findings;
    }

    /**
     * Reads all files, and reports every problem and danger in them.
     *
     * @param reader the user who must be able to read the files; empty on systems without users
     */
    public PolicyInspection files(Path file, FrontEnd frontEnd, Optional<ProcessIdentity> reader) {
        PolicyInspection policy = PolicyLoader.inspect(file, frontEnd, reader);
        policy.problems().forEach(findings::error);
        policy.warnings().stream().map(ConfigProblem::toString).forEach(findings::warning);
        policy.configuration().ifPresent(configuration -> new PolicyDangers(policy, findings).find(configuration));
        return policy;
    }

    /**
     * Queries each DNS server, and compares each key with its record.
     *
     * @param progress receives how many keys are compared
     * @return whether a server answers
     */
    public boolean dns(PolicyInspection policy, Progress progress) throws InterruptedException {
        if (policy.configuration().isEmpty()) {
            return false;
        }
        Configuration configuration = policy.configuration().get();
        Map<KeyEntry, SigningKey> keys = new LinkedHashMap<>();
        for (KeyEntry entry : policy.entries()) {
            SigningKey key = policy.keys().get(entry);
            if (key != null) {
                keys.put(entry, key);
            }
        }
        if (!new ResolverCheck(configuration.dns(), clock).run(known(configuration, keys), findings)) {
            if (!keys.isEmpty()) {
                findings.warning("signing: no key was compared with the DNS");
            }
            return false;
        }
        new KeyRecordCheck(DnsResolver.of(configuration.dns(), clock).cache(), clock, progress).run(keys, findings);
        return true;
    }

    /** A name that every resolver of this operator should know. */
    private static DomainName known(Configuration configuration, Map<KeyEntry, SigningKey> keys) {
        return keys.keySet().stream()
                .findFirst()
                .map(KeyEntry::domain)
                .or(() -> configuration.policy().settings().protect().stream().findFirst())
                .orElse(ROOT_ZONE_CHILD);
    }
}
