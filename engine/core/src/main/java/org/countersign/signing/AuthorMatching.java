package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.message.AuthorDomain;

/** Compares the author of a message with patterns. */
final class AuthorMatching {
    private AuthorMatching() {}

    /**
     * Whether every address of the From field matches one of these patterns. A match of only the first address is not
     * enough.
     */
    static boolean match(List<AddressPattern> patterns, AuthorDomain.Single author) {
        for (String address : author.addresses()) {
            String localPart = AuthorDomain.Single.localPart(address);
            if (patterns.stream().noneMatch(pattern -> pattern.matches(localPart, author.domain()))) {
                return false;
            }
        }
        return true;
    }
}
