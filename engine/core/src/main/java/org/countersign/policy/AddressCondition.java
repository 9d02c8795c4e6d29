package org.countersign.policy;

import java.util.List;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Keyword;

/** A condition about an address or its domain. */
public record AddressCondition(Subject subject, AddressPatterns patterns) implements Condition {
    /** The addresses of a message that a condition can test. */
    public enum Subject {
        /** Every address in the From field must match. */
        AUTHOR,
        MAIL_FROM,
        /** Every recipient must match. */
        RECIPIENT,
        /** At least one recipient must match. */
        ANY_RECIPIENT
    }

    @Override
    public String key() {
        return Keyword.of(subject);
    }

    @Override
    public List<String> values() {
        return Condition.texts(patterns.patterns());
    }

    @Override
    public boolean holds(RuleContext facts) {
        return switch (subject) {
            // All addresses must match, not only the first one.
            case AUTHOR ->
                facts.author() instanceof AuthorDomain.Single author
                        && author.addresses().stream()
                                .allMatch(address ->
                                        patterns.matches(AuthorDomain.Single.localPart(address), author.domain()));
            case MAIL_FROM ->
                facts.envelope().mailFrom() instanceof ReversePath.Address address
                        && patterns.matches(address.localPart() + "@" + address.domainText());
            case RECIPIENT ->
                facts.envelope().allRecipientsKnown()
                        && facts.envelope().recipients().stream().allMatch(patterns::matches);
            case ANY_RECIPIENT -> facts.envelope().recipients().stream().anyMatch(patterns::matches);
        };
    }

    @Override
    public boolean implies(Condition other) {
        if (!(other instanceof AddressCondition(Subject others, AddressPatterns wider))) {
            return false;
        }
        boolean same = subject == others || (subject == Subject.RECIPIENT && others == Subject.ANY_RECIPIENT);
        return same && wider.covers(patterns);
    }
}
