package org.countersign.simulate;

import java.util.List;
import java.util.Set;
import org.countersign.policy.RuleContext;
import org.countersign.policy.UnknownFact;

/**
 * The facts about a message, as far as its stored form tells them.
 *
 * @param source of the results
 * @param possible the facts that are possible, the likeliest first; at least one
 * @param unknown facts that have any value in them
 * @param doubts why there are several, or unknown ones
 * @param sentByAuthor whether a signature proves that the Author Domain sent the message, before a relay changed it
 */
record Evidence(
        ResultsSource source,
        List<RuleContext> possible,
        Set<UnknownFact> unknown,
        Set<Doubt> doubts,
        boolean sentByAuthor) {
    Evidence {
        possible = List.copyOf(possible);
        unknown = Set.copyOf(unknown);
        doubts = Set.copyOf(doubts);
    }

    /** The likeliest facts. */
    RuleContext facts() {
        return possible.getFirst();
    }

    /** Whether there is a result of DMARC. */
    boolean hasResults() {
        return !doubts.contains(Doubt.NO_DMARC_RESULT);
    }
}
