package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;

/**
 * A chain that passes.
 *
 * @param sets in the order in which they were added; at least one
 * @param oldestPass the instance of the oldest message signature that still verifies with all newer ones, 0 if that is
 *     all of them (RFC 8617 §5.2 step 5)
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

    /** The set of the last handler before us. */
    public ArcSet newest() {
        return sets.get(sets.size() - 1);
    }

    /**
     * The sets of which the results may be believed, newest first. A seal alone does not tie a set to this message:
     * whoever sealed later may have put an honest chain on another message. So a set counts if its sealer is trusted
     * and if either all later sealers are trusted too, or its own message signature still covers the message.
     *
     * @param trusted whose word counts, by the domain of the seal
     */
    public List<ArcSet> believable(Predicate<DomainName> trusted) {
        List<ArcSet> believable = new ArrayList<>();
        boolean trustedSince = newest().content() == ArcSet.Content.INTACT;
        for (int i = sets.size() - 1; i >= 0; i--) {
            ArcSet set = sets.get(i);
            boolean isTrusted = trusted.test(set.sealer());
            trustedSince &= isTrusted;
            if (isTrusted && (trustedSince || set.content() == ArcSet.Content.INTACT)) {
                believable.add(set);
            }
        }
        return believable;
    }
}
