package org.countersign.ops.check;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.receive.ReceiveCapacity;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.service.PolicyInspection;
import org.countersign.service.check.Findings;

/** Checks whether the service has the memory for the reports that it is to read. */
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

    /** Notes up to which size the service reads reports from its mailbox, if its heap is too small for all. */
    public void run(ReportsSettings reports) {
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
}
