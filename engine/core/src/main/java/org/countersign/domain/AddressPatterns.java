package org.countersign.domain;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list of patterns of which any one is enough, made so that its length hardly matters. Immutable. */
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

    /** Whether this domain matches, whatever the address in it. */
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

    /** Whether an address matches; text that is no address with a domain does not, unless everything does. */
    public boolean matches(String address) {
        int at = address.lastIndexOf('@');
        return any
                || (at >= 0
                        && DomainName.parse(address.substring(at + 1))
                                .filter(domain -> matches(address.substring(0, at), domain))
                                .isPresent());
    }

    /** Whether all that the others match is matched here, as far as that shows pattern by pattern. */
    public boolean covers(AddressPatterns others) {
        return others.patterns.stream().allMatch(other -> patterns.stream().anyMatch(pattern -> pattern.covers(other)));
    }

    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /** As they were given. */
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
