package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.policy.Condition.Method;

/**
 * Finds rules that accept the signature of one domain for authors of another. A provider signs for all its customers, and
 * each of them can put any author into the From field.
 */
final class ThirdPartySigner {
    // Domains that share this number of labels count as domains of one owner, to avoid false warnings.
    private static final int SHARED_LABELS = 2;

    private ThirdPartySigner() {}

    /** The domain whose signature is enough for the authors of the rule; empty if the rule requires more. */
    static Optional<AddressPattern> of(Rule rule) {
        if (!rule.outcome().delivers() || rule.when().stream().anyMatch(ThirdPartySigner::restrictsClientOrAuthor)) {
            return Optional.empty();
        }
        List<AddressPattern> authors = rule.when().stream()
                .filter(condition -> condition instanceof AddressCondition(AddressCondition.Subject subject, var unused)
                        && subject == AddressCondition.Subject.AUTHOR)
                .flatMap(condition -> ((AddressCondition) condition).patterns().patterns().stream())
                .toList();
        if (authors.isEmpty() || authors.stream().anyMatch(AddressPattern.Any.class::isInstance)) {
            return Optional.empty();
        }
        List<Optional<AddressPattern>> unrelatedSigners = rule.when().stream()
                .filter(ThirdPartySigner::isAboutDomains)
                .map(condition -> ((DomainCondition) condition)
                        .patterns().patterns().stream()
                                .filter(domain -> authors.stream().noneMatch(author -> areRelated(domain, author)))
                                .findFirst())
                .toList();
        return unrelatedSigners.stream().allMatch(Optional::isPresent)
                ? unrelatedSigners.stream().flatMap(Optional::stream).findFirst()
                : Optional.empty();
    }

    private static boolean restrictsClientOrAuthor(Condition condition) {
        return switch (condition) {
            case Condition.OfResult(Method method, Set<ResultKeyword> results) ->
                method == Method.DMARC && results.equals(Set.of(ResultKeyword.PASS));
            default -> condition.authenticates() && !isAboutDomains(condition);
        };
    }

    private static boolean isAboutDomains(Condition condition) {
        return condition instanceof DomainCondition(DomainCondition.Subject subject, var unused)
                && (subject == DomainCondition.Subject.DKIM_DOMAIN
                        || subject == DomainCondition.Subject.AUTHENTICATED_DOMAIN);
    }

    private static boolean areRelated(AddressPattern domain, AddressPattern author) {
        Optional<DomainName> one = name(domain);
        Optional<DomainName> other = name(author);
        return one.isPresent() && other.isPresent() && areRelated(one.get(), other.get());
    }

    private static boolean areRelated(DomainName one, DomainName other) {
        boolean enough = one.labelCount() >= SHARED_LABELS && other.labelCount() >= SHARED_LABELS;
        return one.isWithin(other)
                || other.isWithin(one)
                || (enough && one.rightmost(SHARED_LABELS).equals(other.rightmost(SHARED_LABELS)));
    }

    private static Optional<DomainName> name(AddressPattern pattern) {
        return switch (pattern) {
            case AddressPattern.Any any -> Optional.empty();
            case AddressPattern.Domain(DomainName name) -> Optional.of(name);
            case AddressPattern.Below(DomainName name) -> Optional.of(name);
            case AddressPattern.Address address -> Optional.of(address.domain());
        };
    }
}
