package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.TreeWalk.Standing;
import org.countersign.domain.DomainName;

/**
 * Whether two names have the same Organizational Domain, when the DNS may have failed at some of the names
 * above them. Such a name can be one of four things; where every combination comes to the same answer the
 * failure does not matter (RFC 9989 §4.10.1 leaves only errors that do to the receiver).
 */
final class OrganizationComparison {
    /** More unknown names than this are not tried out: 4 to the power of 3 combinations. */
    private static final int MAX_UNKNOWN = 3;

    private OrganizationComparison() {}

    enum Outcome {
        SAME,
        DIFFERENT,
        OPEN
    }

    static Outcome compare(TreeWalk left, TreeWalk right) {
        Set<DomainName> unknown = left.troubles();
        unknown.addAll(right.troubles());
        boolean same = false;
        boolean different = false;
        for (Map<DomainName, Standing> assumed : assumptions(unknown)) {
            boolean equal = left.organizationalDomain(assumed).equals(right.organizationalDomain(assumed));
            same |= equal;
            different |= !equal;
        }
        if (same == different) {
            return Outcome.OPEN;
        }
        return same ? Outcome.SAME : Outcome.DIFFERENT;
    }

    /** The Organizational Domain that comes out whatever the unknown names are. */
    static Optional<DomainName> onlyPossible(TreeWalk walk) {
        Set<DomainName> possible = new LinkedHashSet<>();
        for (Map<DomainName, Standing> assumed : assumptions(walk.troubles())) {
            possible.add(walk.organizationalDomain(assumed));
        }
        return possible.size() == 1 ? Optional.of(possible.iterator().next()) : Optional.empty();
    }

    /** Every combination of what the unknown names may be, or none where there are too many. */
    private static List<Map<DomainName, Standing>> assumptions(Set<DomainName> unknown) {
        if (unknown.size() > MAX_UNKNOWN) {
            return List.of();
        }
        List<Map<DomainName, Standing>> combinations = List.of(Map.of());
        for (DomainName name : unknown) {
            List<Map<DomainName, Standing>> longer = new ArrayList<>();
            for (Map<DomainName, Standing> combination : combinations) {
                for (Standing standing : Standing.values()) {
                    Map<DomainName, Standing> extended = new HashMap<>(combination);
                    extended.put(name, standing);
                    longer.add(extended);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
