package org.countersign.arc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;
import org.countersign.message.HeaderSection;

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

    /**
     * The chain of a stored message, which passed when the message arrived. No signature is verified.
     *
     * @param headers of the message as it arrived
     * @param oldestPass as recorded then
     * @return empty if the header section has no such chain, so that it is not the one that was verified
     */
    public static Optional<ArcChain> recorded(HeaderSection headers, int oldestPass) {
        if (!(ArcChainParser.parse(headers) instanceof ArcChainParser.Result.Chain(List<ArcSetFields> found))
                || oldestPass < 0
                || oldestPass > found.size()
                || found.stream().anyMatch(set -> set.seal().sdid().isEmpty())) {
            return Optional.empty();
        }
        List<ArcSet> sets = new ArrayList<>(found.size());
        for (ArcSetFields set : found) {
            boolean partly = set.messageSignature().bodyLength().isPresent();
            ArcSet.Content verified = partly ? ArcSet.Content.PARTLY_INTACT : ArcSet.Content.INTACT;
            sets.add(set.describe(
                    set.instance() >= oldestPass ? verified : ArcSet.Content.NOT_EVALUATED, Optional.empty()));
        }
        return Optional.of(new ArcChain(sets, oldestPass));
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
