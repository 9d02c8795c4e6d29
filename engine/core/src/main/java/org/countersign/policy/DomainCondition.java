package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.ArcSet;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Keyword;

/** A condition about a domain. */
public record DomainCondition(Subject subject, AddressPatterns patterns) implements Condition {
    /** The domains of a message that a condition can test. */
    public enum Subject {
        /** The name in the HELO or EHLO command. */
        HELO(false),
        /** The host name of the client, as the mail server found it in the DNS. */
        CLIENT_NAME(true),
        /** The identifier in the List-Id field. */
        LIST_ID(false),
        /** The domain in the Sender field. */
        SENDER(false),
        /** The SDID of a DKIM signature that passes. */
        DKIM_DOMAIN(true),
        /** The SDID of a DKIM signature that passes, or the domain of an SPF pass. */
        AUTHENTICATED_DOMAIN(true),
        /** The sealer of an ARC Set that is trustworthy if the sealers in the condition are trusted. */
        SEALER(true),
        /** The sealer of such an ARC Set, if its results include a pass for the Author Domain. */
        SEALER_SAW_PASS(true),
        /** The Author Domain, if no authenticated domain is aligned with it or is within the domain in the condition. */
        UNPROVEN_AUTHOR(false);

        private final boolean authenticates;

        Subject(boolean authenticates) {
            this.authenticates = authenticates;
        }
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
            case HELO -> matches(DomainName.parse(facts.envelope().helo()));
            case CLIENT_NAME -> matches(DomainName.parse(facts.connection().hostName()));
            case LIST_ID -> matches(facts.identities().listId());
            case SENDER -> matches(facts.identities().sender());
            case DKIM_DOMAIN -> matchesAnySigner(facts);
            case AUTHENTICATED_DOMAIN -> matches(facts.spf().authenticated()) || matchesAnySigner(facts);
            case SEALER -> !trustworthy(facts).isEmpty();
            case SEALER_SAW_PASS -> trustworthy(facts).stream().anyMatch(set -> SealerPass.isIn(set.results(), facts));
            case UNPROVEN_AUTHOR -> isUnproven(facts);
        };
    }

    private boolean matches(Optional<DomainName> domain) {
        return domain.filter(patterns::matches).isPresent();
    }

    private boolean matchesAnySigner(RuleContext facts) {
        for (Finding signature : facts.dkim()) {
            if (matches(signature.authenticated())) {
                return true;
            }
        }
        return false;
    }

    private List<ArcSet> trustworthy(RuleContext facts) {
        return facts.chain().map(chain -> chain.trustedSets(patterns::matches)).orElse(List.of());
    }

    private boolean isUnproven(RuleContext facts) {
        DomainName author = facts.authorDomain().filter(patterns::matches).orElse(null);
        if (author == null || facts.dmarc().result() == ResultKeyword.PASS) {
            return false;
        }
        // DMARC was evaluated by the record of the domain owner.
        if (facts.dmarc().result() == ResultKeyword.FAIL) {
            return true;
        }
        Set<DomainName> authenticated = facts.authenticatedDomains();
        for (AddressPattern pattern : patterns.patterns()) {
            if (pattern.matches("", author) && isAuthenticatedByAny(pattern, author, authenticated)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAuthenticatedByAny(
            AddressPattern pattern, DomainName author, Set<DomainName> authenticated) {
        for (DomainName domain : authenticated) {
            if (isAuthenticatedBy(pattern, author, domain)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAuthenticatedBy(AddressPattern pattern, DomainName author, DomainName authenticated) {
        return switch (pattern) {
            case AddressPattern.Domain(DomainName name) -> authenticated.isWithin(name);
            case AddressPattern.Below(DomainName name) -> authenticated.isWithin(name);
            case AddressPattern.Any any -> authenticated.equals(author);
            case AddressPattern.Address address -> false;
        };
    }

    @Override
    public boolean implies(Condition other) {
        return other instanceof DomainCondition(Subject others, AddressPatterns wider)
                && isWithin(others)
                && wider.covers(patterns);
    }

    private boolean isWithin(Subject others) {
        return subject == others
                || (subject == Subject.DKIM_DOMAIN && others == Subject.AUTHENTICATED_DOMAIN)
                || (subject == Subject.SEALER_SAW_PASS && others == Subject.SEALER);
    }

    @Override
    public boolean authenticates() {
        return subject.authenticates;
    }
}
