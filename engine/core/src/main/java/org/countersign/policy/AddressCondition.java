package org.countersign.policy;

import java.util.List;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.syntax.Keyword;

/** Of an address, or its domain. */
public record AddressCondition(Subject subject, AddressPatterns patterns) implements Condition {
    /** Addresses that rules may ask for. */
    public enum Subject {
        AUTHOR,
        MAIL_FROM,
        /** Every one of them must match. */
        RECIPIENT,
        /** One that matches is enough. */
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
            // The first address must not speak for the others.
            case AUTHOR ->
                facts.author() instanceof AuthorDomain.Single author
                        && author.addresses().stream()
                                .allMatch(address -> patterns.matches(localPart(address), author.domain()));
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

    @Override
    public boolean authenticates() {
        return false;
    }

    private static String localPart(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf('@')));
    }
}
