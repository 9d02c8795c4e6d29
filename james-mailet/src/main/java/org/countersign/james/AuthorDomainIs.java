package org.countersign.james;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;

/**
 * Matches mail by its Author Domain: {@code AuthorDomainIs=example.org,*.example.net}, with the patterns of the signing
 * table. It says who the mail claims to be from, not whether that is true. Mail that was not judged, or that has not
 * exactly one Author Domain, is not matched.
 */
public final class AuthorDomainIs extends GenericMatcher {
    private static final String TAKES = "example.org, just this domain; *.example.org, the domains below it; or *, all;"
            + " several with commas between them";

    private volatile Set<AddressPattern> patterns = Set.of();

    /**
     * @throws MessagingException for a condition that is none, with the patterns that there are
     */
    @Override
    public void init() throws MessagingException {
        patterns = MatcherConditions.read(this, AuthorDomainIs::pattern, TAKES);
    }

    private static Optional<AddressPattern> pattern(String word) {
        return AddressPattern.parse(word).filter(pattern -> !(pattern instanceof AddressPattern.Address));
    }

    /** All recipients or none. */
    @Override
    public Collection<MailAddress> match(Mail mail) {
        Optional<DomainName> author =
                VerdictAttributes.text(mail, VerdictAttributes.AUTHOR_DOMAIN).flatMap(DomainName::parse);
        boolean matched =
                author.isPresent() && patterns.stream().anyMatch(pattern -> pattern.matches("", author.get()));
        return matched ? mail.getRecipients() : List.of();
    }
}
