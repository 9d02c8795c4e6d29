package org.countersign.service.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.Setting;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicySettings;
import org.countersign.service.PolicyInspection;

/** Finds what a policy allows and what is probably not intended, beyond the warnings that each start logs. */
final class PolicyDangers {
    // RFC 8301 §3.2: signers should use 2048 bits; verifiers must validate up to 4096.
    private static final int RECOMMENDED_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 4096;
    private static final List<String> ACCEPT_ON_FAILURE = List.of("on-overload", "on-error");

    private final PolicyInspection policy;
    private final Findings findings;

    PolicyDangers(PolicyInspection policy, Findings findings) {
        this.policy = policy;
        this.findings = findings;
    }

    void find(Configuration configuration) {
        if (configuration.mode() == Mode.ENFORCE) {
            enforcing(configuration, policy.settings());
        }
        PolicySettings settings = configuration.policy().settings();
        for (AddressPattern pattern : settings.failOpen().patterns()) {
            warn(
                    "dmarc.fail-open",
                    pattern + ": mail in the name of this domain is accepted while DMARC cannot be evaluated, also if"
                            + " an attacker prevents the evaluation",
                    "remove it unless its mail must never wait");
        }
        policy.unended()
                .forEach(unended -> findings.warning(unended
                        + ": the last line has no line end, so the file may have been cut off: complete it, or end the"
                        + " last line"));
        List<String> sizes = new ArrayList<>();
        policy.keys().forEach((entry, key) -> keySize(entry, key).ifPresent(sizes::add));
        findings.addKeys(Finding.Level.WARNING, sizes);
    }

    private void enforcing(Configuration configuration, List<Setting> settings) {
        PolicySettings rules = configuration.policy().settings();
        if (rules.indirect().isEmpty() && rules.onReject() == DmarcPolicy.REJECT) {
            warn(
                    "indirect-flow",
                    "is empty in mode enforce: mail of mailing lists and forwarders is rejected if it fails DMARC under"
                            + " a policy of reject",
                    "name the lists and forwarders that your users use (the log of mode monitor shows them)");
        }
        for (Setting setting : settings) {
            if (ACCEPT_ON_FAILURE.contains(setting.path()) && setting.value().equals("`accept`")) {
                warn(
                        setting.path(),
                        "is accept in mode enforce: forged mail passes whenever an attacker causes this state",
                        "write tempfail, unless mail must never wait");
            }
        }
    }

    private static Optional<String> keySize(KeyEntry entry, SigningKey key) {
        if (key.algorithm() != SignatureAlgorithm.RSA_SHA256) {
            return Optional.empty();
        }
        String named = entry.location() + ": the key " + entry.recordName() + " has " + key.bits() + " bits, and ";
        if (key.bits() < RECOMMENDED_RSA_BITS) {
            return Optional.of(
                    named + "RFC 8301 asks for " + RECOMMENDED_RSA_BITS + ": make a new one with countersign keygen");
        }
        return key.bits() > MAX_RSA_BITS
                ? Optional.of(named + "many receivers verify no more than " + MAX_RSA_BITS + ": make one of "
                        + RECOMMENDED_RSA_BITS + " bits with countersign keygen")
                : Optional.empty();
    }

    private void warn(String key, String what, String remedy) {
        findings.warning(policy.locate(key) + ": " + what + "; " + remedy);
    }
}
