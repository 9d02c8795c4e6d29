package org.countersign.dmarc;

import java.util.Optional;

/** The method that decides, and the second method, if any, whose result is recorded for comparison. */
public enum DiscoveryMode {
    /** RFC 9989 only. */
    TREE_WALK(DiscoveryMethod.TREE_WALK, false),
    /** RFC 7489 only, for operators who are not ready to switch. */
    PSL(DiscoveryMethod.PUBLIC_SUFFIX_LIST, false),
    /** RFC 9989 decides; the result of RFC 7489 is recorded. */
    SHADOW(DiscoveryMethod.TREE_WALK, true),
    /** RFC 7489 decides; the result of RFC 9989 is recorded. */
    PSL_SHADOW(DiscoveryMethod.PUBLIC_SUFFIX_LIST, true);

    private final DiscoveryMethod deciding;
    private final boolean compares;

    DiscoveryMode(DiscoveryMethod deciding, boolean compares) {
        this.deciding = deciding;
        this.compares = compares;
    }

    /** The method that decides. */
    DiscoveryMethod deciding() {
        return deciding;
    }

    /** The method that is evaluated too but does not decide. */
    Optional<DiscoveryMethod> second() {
        if (!compares) {
            return Optional.empty();
        }
        return Optional.of(
                deciding == DiscoveryMethod.TREE_WALK ? DiscoveryMethod.PUBLIC_SUFFIX_LIST : DiscoveryMethod.TREE_WALK);
    }

    /** Whether one of the methods needs a Public Suffix List. */
    public boolean usesPublicSuffixes() {
        return this != TREE_WALK;
    }
}
