package org.countersign.signing;

import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.domain.UserPattern;

/** Compares an Author Domain with the domain of a login name. */
final class LoginDomain {
    private static final int MIN_LABELS = 2;

    private LoginDomain() {}

    /** Loaded when the first user writes as a domain below the one of the login name. */
    private static final class Suffixes {
        private static final Optional<PublicSuffixList> BUNDLED = load();

        private static Optional<PublicSuffixList> load() {
            try {
                return Optional.of(PublicSuffixList.bundled());
            } catch (IllegalStateException missing) {
                return Optional.empty();
            }
        }
    }

    /**
     * Whether the Author Domain is the domain of the login name or below it. A domain of a single label or a public
     * suffix has subdomains of unrelated owners, so it covers none of them. Without a Public Suffix List only single
     * labels are excluded.
     */
    static boolean covers(String user, DomainName author) {
        Optional<DomainName> domain = UserPattern.domainOf(user);
        if (domain.isEmpty() || domain.get().labelCount() < MIN_LABELS || !author.isWithin(domain.get())) {
            return false;
        }
        return author.equals(domain.get())
                || Suffixes.BUNDLED
                        .filter(list -> list.isPublicSuffix(domain.get()))
                        .isEmpty();
    }
}
