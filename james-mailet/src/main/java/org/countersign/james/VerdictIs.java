package org.countersign.james;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;

/**
 * Matches mail by what the policy decided: {@code VerdictIs=quarantine}, {@code VerdictIs=reject,tempfail}. Mail that
 * was not judged is not matched.
 */
public final class VerdictIs extends GenericMatcher {
    private static final List<String> WORDS = List.of("accept", "tag", "quarantine", "reject", "tempfail");

    private volatile Set<String> words = Set.of();

    /**
     * @throws MessagingException for a condition that is none, with the words that there are
     */
    @Override
    public void init() throws MessagingException {
        words = MatcherConditions.keywords(this, WORDS);
    }

    /** The recipients for whom this is the verdict: all or none, since one decision is made for all of them. */
    @Override
    public Collection<MailAddress> match(Mail mail) {
        return MatcherConditions.recipients(mail, VerdictAttributes.VERDICT, words);
    }
}
