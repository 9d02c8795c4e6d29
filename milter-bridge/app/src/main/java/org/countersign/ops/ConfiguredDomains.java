package org.countersign.ops;

import java.nio.file.Path;
import java.util.List;
import org.countersign.config.Configuration;
import org.countersign.config.SigningTableFile;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.source.OwnDomains;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyLoader;

/** The domains of the operator, as the policy file and its signing table name them, for the views of reports. */
final class ConfiguredDomains {
    private ConfiguredDomains() {}

    /** The domains of a policy in force. Those of the table are missing if it has changed since and cannot be read. */
    static OwnDomains of(Path policyFile, Configuration configuration) {
        List<SigningTableFile.Line> table = List.of();
        try {
            table = PolicyLoader.readTable(policyFile, configuration.signing());
        } catch (FileFailure changedSince) {
            // The service itself reports it with the next reload.
        }
        return OwnDomains.of(configuration, table)
                .with(configuration.extension(ReportsSettings.SECTION).receive().about());
    }
}
