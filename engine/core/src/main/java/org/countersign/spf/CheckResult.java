package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.spf.Modifier.Explanation;

/** The result of check_host() for one domain (RFC 7208 §2.6), with the records that led to it. */
sealed interface CheckResult permits CheckResult.Matched, CheckResult.NoMatch, Stop {
    /**
     * A directive matched, and its qualifier is the result.
     *
     * @param mechanism the directive that matched; the innermost one if it was included
     * @param chain the records that lead to that directive
     * @param explanation the exp= of the record that decided, which is never an included one (RFC 7208 §6.2)
     * @param domain the domain that publishes the record that decided
     */
    record Matched(
            Qualifier qualifier,
            String mechanism,
            List<RecordStep> chain,
            Optional<Explanation> explanation,
            DomainName domain)
            implements CheckResult {}

    /** No directive matched: the default result is neutral (RFC 7208 §4.7). */
    record NoMatch(List<RecordStep> chain) implements CheckResult {}
}
