package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.TreeWalk.WalkRole;
import org.countersign.domain.DomainName;

/**
 * Compares the Organizational Domains of two tree walks in which lookups may have failed.
 *
 * <p>A comparison is certain if it has the same outcome whatever the failed lookups would have returned. Of an answer the
 * selection of the Organizational Domain uses nothing but the role of the name ({@link WalkRole}, RFC 9989 §4.10.2). So it
 * is enough to compare once for each combination of roles. A name that failed in both walks has one role in both,
 * because it is one lookup.
 *
 * <p>An answer with {@code psd} would also have ended the walk. The combinations include this case, since the selection
 * then ignores all shorter names.
 */
final class OrganizationComparison {
    /** The maximum number of failed names: 4 to the power of 3 combinations. With more the result is undetermined. */
    private static final int MAX_FAILED_NAMES = 3;

    private OrganizationComparison() {}

    /** Whether two Organizational Domains are the same name. */
    enum Outcome {
        SAME,
        DIFFERENT,
        /** Lookups that failed could make the names equal or different. */
        UNDETERMINED
    }

    static Outcome compare(TreeWalk left, TreeWalk right) {
        Set<DomainName> failed = left.failedNames();
        failed.addAll(right.failedNames());
        boolean same = false;
        boolean different = false;
        for (Map<DomainName, WalkRole> assumed : assumptions(failed)) {
            boolean equal = left.organizationalDomain(assumed).equals(right.organizationalDomain(assumed));
            same |= equal;
            different |= !equal;
        }
        if (same == different) {
            return Outcome.UNDETERMINED;
        }
        return same ? Outcome.SAME : Outcome.DIFFERENT;
    }

    /** The Organizational Domain, if it is the same for every possible answer to the lookups that failed. */
    static Optional<DomainName> onlyPossible(TreeWalk walk) {
        Set<DomainName> possible = new LinkedHashSet<>();
        for (Map<DomainName, WalkRole> assumed : assumptions(walk.failedNames())) {
            possible.add(walk.organizationalDomain(assumed));
        }
        return possible.size() == 1 ? Optional.of(possible.iterator().next()) : Optional.empty();
    }

    /** Every combination of roles of the failed names; none if there are too many names. */
    private static List<Map<DomainName, WalkRole>> assumptions(Set<DomainName> failed) {
        if (failed.size() > MAX_FAILED_NAMES) {
            return List.of();
        }
        List<Map<DomainName, WalkRole>> combinations = List.of(Map.of());
        for (DomainName name : failed) {
            List<Map<DomainName, WalkRole>> longer = new ArrayList<>();
            for (Map<DomainName, WalkRole> combination : combinations) {
                for (WalkRole role : WalkRole.values()) {
                    Map<DomainName, WalkRole> extended = new HashMap<>(combination);
                    extended.put(name, role);
                    longer.add(extended);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
