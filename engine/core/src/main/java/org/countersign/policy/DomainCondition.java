package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.ArcSet;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Keyword;

/** Of a domain. */
public record DomainCondition(Subject subject, AddressPatterns patterns) implements Condition {
    /** Domains that rules may ask for. */
    public enum Subject {
        /** The name given with HELO. */
        HELO(false),
        /** What the mail server found the client to be called. */
        CLIENT_NAME(true),
        LIST_ID(false),
        /** The domain in the Sender field. */
        SENDER(false),
        /** The SDID of a signature that verifies. */
        DKIM_DOMAIN(true),
        /** The same, or the domain that SPF passed. */
        AUTHENTICATED_DOMAIN(true),
        /** Who sealed a set of a chain that may be believed if the sealers asked for are trusted. */
        SEALER(true),
        /** The same, and the set says that the message passed for its Author Domain. */
        SEALER_SAW_PASS(true),
        /** The Author Domain, where nothing has proved to speak for it or for the domain asked for. */
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
            case DKIM_DOMAIN -> facts.dkim().stream().anyMatch(signature -> matches(signature.authenticated()));
            case AUTHENTICATED_DOMAIN -> facts.authenticatedDomains().stream().anyMatch(patterns::matches);
            case SEALER -> !believable(facts).isEmpty();
            case SEALER_SAW_PASS -> believable(facts).stream().anyMatch(set -> SealerPass.isIn(set.results(), facts));
            case UNPROVEN_AUTHOR -> isUnproven(facts);
        };
    }

    private boolean matches(Optional<DomainName> domain) {
        return domain.filter(patterns::matches).isPresent();
    }

    private List<ArcSet> believable(RuleContext facts) {
        return facts.chain().map(chain -> chain.believable(patterns::matches)).orElse(List.of());
    }

    private boolean isUnproven(RuleContext facts) {
        DomainName author = facts.authorDomain().filter(patterns::matches).orElse(null);
        if (author == null || facts.dmarc().result() == ResultKeyword.PASS) {
            return false;
        }
        // DMARC has looked, by the rules that the domain's owner has published.
        if (facts.dmarc().result() == ResultKeyword.FAIL) {
            return true;
        }
        Set<DomainName> authenticated = facts.authenticatedDomains();
        return patterns.patterns().stream()
                .filter(pattern -> pattern.matches("", author))
                .noneMatch(pattern -> authenticated.stream().anyMatch(domain -> speaksFor(pattern, author, domain)));
    }

    private static boolean speaksFor(AddressPattern pattern, DomainName author, DomainName authenticated) {
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
