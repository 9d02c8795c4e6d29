package org.countersign.importer;

import java.util.Set;
import org.countersign.domain.DomainName;

/**
 * What the readers of one import share.
 *
 * @param files of the old system
 * @param findings receives what becomes of each line
 * @param draft receives the settings
 * @param supply checks the keys
 * @param knownDomains the domains that exist, for keys of whatever domain the author has; none where the user did not list them
 */
record ImportContext(
        ImportRequest request,
        OldFiles files,
        Findings findings,
        PolicyDraft draft,
        KeySupply supply,
        Set<DomainName> knownDomains) {
    ImportContext {
        knownDomains = Set.copyOf(knownDomains);
    }
}
