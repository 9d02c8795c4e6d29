package org.countersign.james;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;

/**
 * Matches mail by its result of DMARC (RFC 8601 §2.7.7): {@code DmarcResultIs=fail},
 * {@code DmarcResultIs=temperror,permerror}. Mail that was not judged is not matched.
 */
public final class DmarcResultIs extends GenericMatcher {
    private static final List<String> WORDS = List.of("pass", "fail", "none", "temperror", "permerror");

    private volatile Set<String> words = Set.of();

    /**
     * @throws MessagingException for a condition that is none, with the words that there are
     */
    @Override
    public void init() throws MessagingException {
        words = MatcherConditions.keywords(this, WORDS);
    }

    /** All recipients or none. */
    @Override
    public Collection<MailAddress> match(Mail mail) {
        return MatcherConditions.recipients(mail, VerdictAttributes.DMARC, words);
    }
}
