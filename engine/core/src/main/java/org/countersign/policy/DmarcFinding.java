package org.countersign.policy;

import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;

/**
 * What rules look at of DMARC.
 *
 * @param result of the evaluation; fail also for a temporary error that has lasted for longer than mail is deferred
 * @param declared what the record that applies says, where one does and it is known
 * @param applied what is to be applied by it if the message fails (RFC 9989 §4.7 {@code t}); empty for a temporary
 *     error where it is not known
 * @param explanation one plain sentence, printable
 * @param persistent whether temporary errors have lasted so long for the Author Domain that its mail is not deferred
 *     any longer
 */
public record DmarcFinding(
        ResultKeyword result,
        Optional<DmarcPolicy> declared,
        Optional<DmarcPolicy> applied,
        String explanation,
        boolean persistent) {
    /** Of a result that has not lasted. */
    public DmarcFinding(
            ResultKeyword result, Optional<DmarcPolicy> declared, Optional<DmarcPolicy> applied, String explanation) {
        this(result, declared, applied, explanation, false);
    }

    static DmarcFinding of(MessageFacts facts) {
        DmarcFinding found = new DmarcFinding(
                ResultKeyword.of(facts.dmarcKeyword()),
                facts.dmarc().flatMap(dmarc -> dmarc.evidence().declaredPolicy()),
                facts.dmarc().flatMap(dmarc -> dmarc.evidence().appliedPolicy()),
                facts.dmarc().map(DmarcResult::explain).orElse("DMARC was not evaluated."));
        return facts.persistentTemperror() ? found.lasting() : found;
    }

    /** The same of a domain whose temporary errors have lasted for longer than its mail is deferred. */
    public DmarcFinding lasting() {
        boolean asFail = result == ResultKeyword.TEMPERROR && applied.isPresent();
        return new DmarcFinding(
                asFail ? ResultKeyword.FAIL : result,
                declared,
                applied,
                explanation + " Temporary errors have lasted for longer than its mail is deferred"
                        + (asFail ? ", so this counts as a fail." : "."),
                true);
    }
}
