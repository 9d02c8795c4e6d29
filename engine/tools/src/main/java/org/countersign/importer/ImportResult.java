package org.countersign.importer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.signature.SigningIdentity;
import org.countersign.syntax.Octets;

/**
 * The new policy, and what became of each line of the old configuration.
 *
 * @param policy the text of the policy file
 * @param table the text of {@code domains.table}; empty if it is not needed
 * @param keyFiles private keys to be written, by their names relative to the policy file
 * @param findings the most important classes first
 * @param steps what to change in the mail server, a line each
 * @param keys the keys that sign, whose records the DNS must have
 */
public record ImportResult(
        String policy,
        Optional<String> table,
        Map<String, Octets> keyFiles,
        List<Finding> findings,
        List<String> steps,
        List<SigningIdentity> keys) {
    public ImportResult {
        keyFiles = new LinkedHashMap<>(keyFiles);
        findings = List.copyOf(findings);
        steps = List.copyOf(steps);
        keys = List.copyOf(keys);
    }

    /** Whether somebody must read the report before the result is used. */
    public boolean needsAttention() {
        return findings.stream().anyMatch(finding -> finding.kind().needsAttention());
    }
}
