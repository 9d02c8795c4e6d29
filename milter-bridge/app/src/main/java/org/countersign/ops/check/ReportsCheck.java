package org.countersign.ops.check;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.receive.ReceiveCapacity;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendPolicy;
import org.countersign.service.DnsResolver;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyInspection;
import org.countersign.service.PolicyLoader;
import org.countersign.service.check.Findings;

/** Checks the memory for reports that the service is to read, and whether others take those that it sends. */
public final class ReportsCheck {
    private static final int MEBIBYTE = 1 << 20;

    private final PolicyInspection policy;
    private final Optional<Path> installedPolicy;
    private final Findings findings;

    /**
     * @param policy locates settings in messages
     * @param installedPolicy the policy file of an installed program; empty for a program that is not installed
     */
    public ReportsCheck(PolicyInspection policy, Optional<Path> installedPolicy, Findings findings) {
        this.policy = policy;
        this.installedPolicy = installedPolicy;
        this.findings = findings;
    }

    /**
     * Warns if the names of mail services cannot be read. Notes up to which size the service reads reports from its mailbox, if its
     * heap is too small for all.
     */
    public void run(ReportsSettings reports) {
        try {
            reports.services(policy.file());
        } catch (FileFailure unreadable) {
            unreadable.lines().forEach(findings::warning);
        }
        ReceiveSettings settings = reports.receive();
        long heap = ServiceHeap.octets(installedPolicy);
        ReceiveCapacity capacity = settings.capacity(heap);
        if (settings.imap().isOn() && capacity.isReduced()) {
            findings.note(policy.locate("reports.receive.imap") + ": with its heap of " + heap / MEBIBYTE
                    + " MiB the service reads " + capacity.description()
                    + ", and refuses larger ones; to read them, set"
                    + " COUNTERSIGN_JAVA_OPTS=" + capacity.option()
                    + installedPolicy
                            .map(file -> " in /etc/default/countersign")
                            .orElse(""));
        }
    }

    /** Warns of what keeps others from taking reports of this author, by the DNS. Says nothing while a file is wrong. */
    public void author(Configuration configuration, InstantSource clock) {
        ReportsSettings reports = configuration.extension(ReportsSettings.SECTION);
        if (!reports.send().isOn() || !policy.problems().isEmpty()) {
            return;
        }
        try {
            ReportSigner signer = new ReportSigner(
                    PolicyLoader.readSigning(policy.file(), configuration).table(), clock);
            new SendPolicy(
                            reports.send(),
                            reports.failures(),
                            policy.file(),
                            signer,
                            DnsResolver.of(configuration.dns(), clock).cache())
                    .authorProblems(clock)
                    .forEach(problem -> findings.warning(policy.locate("reports.send.from") + ": " + problem));
        } catch (FileFailure changed) {
            changed.lines().forEach(findings::error);
        }
    }
}
