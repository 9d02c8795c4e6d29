package org.countersign.policy;

import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;

/**
 * What rules look at of DMARC.
 *
 * @param declared what the record that applies says, where one does
 * @param applied what is to be applied by it if the message fails (RFC 9989 §4.7 {@code t})
 * @param explanation one plain sentence, printable
 */
public record DmarcFinding(
        ResultKeyword result, Optional<DmarcPolicy> declared, Optional<DmarcPolicy> applied, String explanation) {
    static DmarcFinding of(PolicyFacts facts) {
        return new DmarcFinding(
                ResultKeyword.of(facts.dmarcKeyword()),
                facts.dmarc().flatMap(dmarc -> dmarc.evidence().declaredPolicy()),
                facts.dmarc().flatMap(dmarc -> dmarc.evidence().appliedPolicy()),
                facts.dmarc().map(DmarcResult::explain).orElse("DMARC was not evaluated."));
    }
}
