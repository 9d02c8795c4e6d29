package org.countersign.ops.check;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.reports.ReportsSettings;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.service.PolicyInspection;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;
import org.countersign.store.StoreSettings;

/** Checks whether the service can read the passwords and other secrets that its settings name, and nobody else can. */
public final class SecretsCheck {
    private final PolicyInspection policy;
    private final Optional<ProcessIdentity> user;
    private final Findings findings;

    /**
     * @param policy locates settings in messages
     * @param user the user of the service; empty on systems without users
     */
    public SecretsCheck(PolicyInspection policy, Optional<ProcessIdentity> user, Findings findings) {
        this.policy = policy;
        this.user = user;
        this.findings = findings;
    }

    /** Checks the password of the database. Signing keys and their passphrases are checked with the policy. */
    public void store(StoreSettings store) {
        store.passwordFile().ifPresent(name -> secret("store.password-file", name));
    }

    /** Checks the password of the mailbox and the key of failure reports, if the service uses them. */
    public void reports(ReportsSettings reports) {
        if (reports.receive().imap().isOn()) {
            reports.receive()
                    .imap()
                    .passwordFile()
                    .ifPresent(name -> secret("reports.receive.imap.password-file", name));
        }
        if (reports.failures().isOn()) {
            reports.failures()
                    .redactionKeyFile()
                    .ifPresent(name -> secret("reports.failure-reports.redaction-key-file", name));
        }
    }

    private void secret(String key, String name) {
        Path file = HostFiles.secretFile(policy.file(), name);
        try {
            HostFiles.requireSecret(file, policy.locate(key) + ": " + file, user);
        } catch (FileFailure refused) {
            refused.lines().forEach(findings::error);
        }
    }
}
