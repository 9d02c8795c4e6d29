package org.countersign.importer;

import java.nio.file.Path;
import org.countersign.domain.DomainName;

/**
 * A key of the new policy.
 *
 * @param domain d= of its signatures
 * @param selector s= of its signatures
 * @param file with the private key: absolute, or relative to the new policy file
 */
record DraftKey(DomainName domain, DomainName selector, Path file) {
    /** The name under which the public key is published. */
    String recordName() {
        return selector + "._domainkey." + domain;
    }
}
