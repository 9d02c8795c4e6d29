package org.countersign.domain;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list of patterns that matches if one of them matches. Matching time hardly depends on its length. Immutable. */
public final class AddressPatterns {
    /** Matches nothing. */
    public static final AddressPatterns NONE = new AddressPatterns(List.of());

    private final List<AddressPattern> patterns;
    private final Set<DomainName> domains = new HashSet<>();
    private final Set<DomainName> parents = new HashSet<>();
    private final Set<AddressPattern> addresses = new HashSet<>();
    private final boolean any;

    private AddressPatterns(List<AddressPattern> patterns) {
        this.patterns = List.copyOf(patterns);
        boolean all = false;
        for (AddressPattern pattern : patterns) {
            switch (pattern) {
                case AddressPattern.Any everything -> all = true;
                case AddressPattern.Domain(DomainName name) -> domains.add(name);
                case AddressPattern.Below(DomainName name) -> parents.add(name);
                case AddressPattern.Address address -> addresses.add(address);
            }
        }
        this.any = all;
    }

    public static AddressPatterns of(List<AddressPattern> patterns) {
        return patterns.isEmpty() ? NONE : new AddressPatterns(patterns);
    }

    /** Whether all addresses of this domain match. */
    public boolean matches(DomainName domain) {
        if (any || domains.contains(domain)) {
            return true;
        }
        for (int labels = domain.labelCount() - 1; labels > 0 && !parents.isEmpty(); labels--) {
            if (parents.contains(domain.rightmost(labels))) {
                return true;
            }
        }
        return false;
    }

    public boolean matches(String localPart, DomainName domain) {
        return matches(domain)
                || (!addresses.isEmpty() && addresses.contains(new AddressPattern.Address(localPart, domain)));
    }

    /** Whether an address matches. Text without a domain matches only a pattern for all addresses. */
    public boolean matches(String address) {
        int at = address.lastIndexOf('@');
        return any
                || (at >= 0
                        && DomainName.parse(address.substring(at + 1))
                                .filter(domain -> matches(address.substring(0, at), domain))
                                .isPresent());
    }

    /** Whether each of the other patterns is covered by one of these. */
    public boolean covers(AddressPatterns others) {
        return others.patterns.stream().allMatch(other -> patterns.stream().anyMatch(pattern -> pattern.covers(other)));
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** The patterns in their original order. */
    public List<AddressPattern> patterns() {
        return patterns;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressPatterns that && patterns.equals(that.patterns);
    }

    @Override
    public int hashCode() {
        return patterns.hashCode();
    }

    @Override
    public String toString() {
        return patterns.toString();
    }
}
