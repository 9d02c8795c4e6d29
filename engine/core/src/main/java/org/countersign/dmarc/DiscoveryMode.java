package org.countersign.dmarc;

import java.util.Optional;

/** Which method decides, and which one is tried beside it to see where it would differ. */
public enum DiscoveryMode {
    /** RFC 9989 alone. */
    TREE_WALK(DiscoveryMethod.TREE_WALK, false),
    /** RFC 7489 alone, for who is not ready to switch. */
    PSL(DiscoveryMethod.PUBLIC_SUFFIX_LIST, false),
    /** RFC 9989 decides, RFC 7489 is on record where it differs. */
    SHADOW(DiscoveryMethod.TREE_WALK, true),
    /** RFC 7489 decides, RFC 9989 is on record where it differs. */
    PSL_SHADOW(DiscoveryMethod.PUBLIC_SUFFIX_LIST, true);

    private final DiscoveryMethod deciding;
    private final boolean shadowed;

    DiscoveryMode(DiscoveryMethod deciding, boolean shadowed) {
        this.deciding = deciding;
        this.shadowed = shadowed;
    }

    /** The method that decides. */
    public DiscoveryMethod deciding() {
        return deciding;
    }

    /** The method that does not decide but is evaluated too. */
    public Optional<DiscoveryMethod> shadow() {
        if (!shadowed) {
            return Optional.empty();
        }
        return Optional.of(
                deciding == DiscoveryMethod.TREE_WALK ? DiscoveryMethod.PUBLIC_SUFFIX_LIST : DiscoveryMethod.TREE_WALK);
    }

    /** Whether a Public Suffix List is needed. */
    public boolean usesSuffixes() {
        return this != TREE_WALK;
    }
}
