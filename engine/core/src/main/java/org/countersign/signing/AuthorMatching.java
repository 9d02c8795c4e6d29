package org.countersign.signing;

import java.util.List;
import org.countersign.domain.AddressPattern;
import org.countersign.message.AuthorDomain;

/** Compares the author of a message with patterns. */
final class AuthorMatching {
    private AuthorMatching() {}

    /**
     * Whether all addresses of the From field are covered by these patterns, each by any one of them: the
     * first address must not speak for the others.
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
