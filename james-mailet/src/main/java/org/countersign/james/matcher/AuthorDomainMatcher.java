package org.countersign.james.matcher;

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
import org.countersign.james.mail.VerdictAttributes;

/** Matches mail whose Author Domain, as recorded by the hook or the mailet, fits one of the patterns of the condition. */
public class AuthorDomainMatcher extends GenericMatcher {
    private static final String EXPECTED =
            "example.org, just this domain; *.example.org, the domains below it; or *, all;"
                    + " several with commas between them";

    private volatile Set<AddressPattern> patterns = Set.of();

    /** For the class that James' configuration names. */
    protected AuthorDomainMatcher() {}

    /**
     * Reads the condition.
     *
     * @throws MessagingException for a condition that is not a list of domain patterns, with the patterns there are
     */
    @Override
    public void init() throws MessagingException {
        patterns = MatcherConditions.read(this, AuthorDomainMatcher::pattern, EXPECTED);
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
