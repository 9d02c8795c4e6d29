package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;

/**
 * A chain that passes.
 *
 * @param sets by instance, so in the order in which they were added; at least one
 * @param oldestPass the instance of the oldest message signature that verifies together with all newer ones; 0 if all
 *     message signatures verify (RFC 8617 §5.2 step 5)
 */
public record ArcChain(List<ArcSet> sets, int oldestPass) {
    /**
     * @throws IllegalArgumentException for no sets
     */
    public ArcChain {
        sets = List.copyOf(sets);
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least one set");
        }
    }

    /** The set of the last handler before this host. */
    public ArcSet newest() {
        return sets.get(sets.size() - 1);
    }

    /**
     * The sets whose authentication results may be trusted, newest first. A seal alone does not bind a set to this message,
     * because a later sealer may have copied the chain to another message. So a set counts only if its sealer is trusted,
     * and if all later sealers are trusted or its own message signature covers the whole message.
     *
     * @param trusted whether the sealer with this domain is trusted
     */
    public List<ArcSet> trustedSets(Predicate<DomainName> trusted) {
        List<ArcSet> counted = new ArrayList<>();
        boolean trustedSince = newest().content() == ArcSet.Content.INTACT;
        for (int i = sets.size() - 1; i >= 0; i--) {
            ArcSet set = sets.get(i);
            boolean isTrusted = trusted.test(set.sealer());
            trustedSince &= isTrusted;
            if (isTrusted && (trustedSince || set.content() == ArcSet.Content.INTACT)) {
                counted.add(set);
            }
        }
        return counted;
    }
}
