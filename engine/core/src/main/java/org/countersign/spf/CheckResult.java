package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.spf.Modifier.Explanation;

/** What the record of one domain says of the client. */
sealed interface CheckResult {
    /**
     * A directive matched.
     *
     * @param mechanism the innermost directive that did
     * @param hops the way to its record
     * @param explanation the exp= of the record that decided, which an include never is (RFC 7208 §6.2)
     * @param domain where that record is published
     */
    record Matched(
            Qualifier qualifier,
            String mechanism,
            List<RecordStep> hops,
            Optional<Explanation> explanation,
            DomainName domain)
            implements CheckResult {}

    /** Nothing matched (RFC 7208 §4.7). */
    record Defaulted(List<RecordStep> hops) implements CheckResult {}

    /**
     * There is nothing to go by, or evaluation must stop.
     *
     * @param isVoid whether the DNS has no record of the type asked for
     */
    record Undecided(SpfProblem problem, String detail, List<RecordStep> hops, boolean isVoid)
            implements CheckResult, Finding, Target, RecordLookup.Outcome {
        Undecided(SpfProblem problem, String detail, List<RecordStep> hops) {
            this(problem, detail, hops, false);
        }
    }

    /** What one mechanism says of the client: the three things of RFC 7208 §4.6.2. */
    sealed interface Finding {
        /** It matched, by a directive of the last of these hops. */
        record Match(String mechanism, List<RecordStep> hops) implements Finding {}

        record NoMatch() implements Finding {}
    }

    /** What a domain-spec comes to (RFC 7208 §4.8). */
    sealed interface Target {
        record Name(DomainName name) implements Target {}

        /** Text that the DNS cannot be asked for. */
        record Unusable() implements Target {}
    }
}
