package org.countersign.policy;

import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcResult;

/**
 * The result of DMARC, as input to rules.
 *
 * @param result of the evaluation; fail also for a temporary error that has lasted longer than {@code dmarc.defer-for}
 * @param declared the policy in the record that applies; empty if there is none or it is unknown
 * @param applied the policy to apply if the message fails (RFC 9989 §4.7 {@code t}); empty if there is none or it is
 *     unknown because of a temporary error
 * @param explanation one printable sentence
 * @param persistent whether temporary errors of the Author Domain have lasted longer than {@code dmarc.defer-for}
 */
public record DmarcFinding(
        ResultKeyword result,
        Optional<DmarcPolicy> declared,
        Optional<DmarcPolicy> applied,
        String explanation,
        boolean persistent) {
    /** A result that is not a persistent temporary error. */
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
        return facts.persistentTemperror() ? found.withPersistentTemperror() : found;
    }

    /** Another result under the same policy. */
    DmarcFinding withResult(ResultKeyword other) {
        return new DmarcFinding(other, declared, applied, explanation, persistent);
    }

    /** The same result under another policy. */
    DmarcFinding withPolicy(DmarcPolicy otherDeclared, DmarcPolicy otherApplied) {
        return new DmarcFinding(result, Optional.of(otherDeclared), Optional.of(otherApplied), explanation, persistent);
    }

    /** This result for a domain whose temporary errors have lasted longer than {@code dmarc.defer-for}. */
    public DmarcFinding withPersistentTemperror() {
        boolean asFail = result == ResultKeyword.TEMPERROR && applied.isPresent();
        return new DmarcFinding(
                asFail ? ResultKeyword.FAIL : result,
                declared,
                applied,
                explanation + " Temporary errors have lasted longer than dmarc.defer-for"
                        + (asFail ? ", so this counts as a fail." : "."),
                true);
    }
}
