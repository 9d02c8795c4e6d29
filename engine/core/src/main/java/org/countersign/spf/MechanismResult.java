package org.countersign.spf;

import java.util.List;

/** The result of one mechanism: match, no match, or an exception (RFC 7208 §4.6.2). */
sealed interface MechanismResult permits MechanismResult.Match, MechanismResult.NoMatch, Stop {
    /**
     * The mechanism matched.
     *
     * @param mechanism the directive that matched; the innermost one if it was included
     * @param chain the records that lead to that directive
     */
    record Match(String mechanism, List<RecordStep> chain) implements MechanismResult {}

    /**
     * The mechanism did not match; the next one decides.
     *
     * @param isVoid whether it made a void lookup (RFC 7208 §4.6.4)
     */
    record NoMatch(boolean isVoid) implements MechanismResult {}
}
