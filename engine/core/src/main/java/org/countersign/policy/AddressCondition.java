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
            case AUTHOR -> facts.author() instanceof AuthorDomain.Single author && matchesEveryAddressOf(author);
            case MAIL_FROM ->
                facts.envelope().mailFrom() instanceof ReversePath.Address address
                        && patterns.matches(address.localPart() + "@" + address.domainText());
            case RECIPIENT ->
                facts.envelope().allRecipientsKnown()
                        && matchesEvery(facts.envelope().recipients());
            case ANY_RECIPIENT -> matchesAny(facts.envelope().recipients());
        };
    }

    private boolean matchesEveryAddressOf(AuthorDomain.Single author) {
        for (String address : author.addresses()) {
            if (!patterns.matches(AuthorDomain.Single.localPart(address), author.domain())) {
                return false;
            }
        }
        return true;
    }

    private boolean matchesEvery(List<String> recipients) {
        for (String recipient : recipients) {
            if (!patterns.matches(recipient)) {
                return false;
            }
        }
        return true;
    }

    private boolean matchesAny(List<String> recipients) {
        for (String recipient : recipients) {
            if (patterns.matches(recipient)) {
                return true;
            }
        }
        return false;
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
