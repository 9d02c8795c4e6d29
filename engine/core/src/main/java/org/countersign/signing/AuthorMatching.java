package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain;

/** Compares the author of a message, and other addresses, with patterns. */
final class AuthorMatching {
    private AuthorMatching() {}

    /**
     * Whether every address of the From field matches one of these patterns. A match of only the first address is not
     * enough.
     */
    static boolean match(List<AddressPattern> patterns, AuthorDomain.Single author) {
        for (String address : author.addresses()) {
            if (!match(patterns, AuthorDomain.Single.localPart(address), author.domain())) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of the patterns matches an address. */
    static boolean match(List<AddressPattern> patterns, String localPart, DomainName domain) {
        for (AddressPattern pattern : patterns) {
            if (pattern.matches(localPart, domain)) {
                return true;
            }
        }
        return false;
    }
}
