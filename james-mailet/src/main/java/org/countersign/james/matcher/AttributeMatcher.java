package org.countersign.james.matcher;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.countersign.james.mail.VerdictAttributes;

/** Matches mail that has one of the keywords of the condition as the value of an attribute. */
public abstract class AttributeMatcher extends GenericMatcher {
    private final AttributeName attribute;
    private final List<String> known;
    private volatile Set<String> keywords = Set.of();

    /**
     * @param attribute written by the hook or the mailet
     * @param known every keyword that a condition may name
     */
    protected AttributeMatcher(AttributeName attribute, List<String> known) {
        this.attribute = attribute;
        this.known = known;
    }

    /**
     * Reads the condition.
     *
     * @throws MessagingException for a condition with an unknown keyword, with the keywords there are
     */
    @Override
    public void init() throws MessagingException {
        keywords = MatcherConditions.keywords(this, known);
    }

    /** All recipients or none, because one verdict and one DMARC result apply to all of them. */
    @Override
    public Collection<MailAddress> match(Mail mail) {
        return VerdictAttributes.text(mail, attribute)
                        .filter(keywords::contains)
                        .isPresent()
                ? mail.getRecipients()
                : List.of();
    }
}
