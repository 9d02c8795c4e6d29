package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.authres.Property;
import org.countersign.authres.PropertyType;
import org.countersign.authres.UnreadEntry;
import org.countersign.domain.DomainName;

/** Whether the results that a sealer carries say that a message passed for its Author Domain. */
final class SealerPass {
    private SealerPass() {}

    /**
     * DMARC's word counts where the sealer has one, and only for the very Author Domain. Where it has none, a pass of
     * SPF or DKIM for just that domain does the same, since identical names are aligned whatever is published
     * (RFC 9989 §4.4).
     */
    static boolean isIn(ParsedResults carried, RuleContext facts) {
        Optional<DomainName> author = facts.authorDomain();
        if (author.isEmpty()
                || !(carried instanceof ParsedResults.Understood understood)
                || mayBeContradicted(understood)) {
            return false;
        }
        AuthenticationResults results = understood.results();
        List<MethodResult> dmarc = results.of(AuthenticationMethod.DMARC);
        if (!dmarc.isEmpty()) {
            // A sealer that contradicts itself says nothing.
            return dmarc.stream().allMatch(result -> passes(result, PropertyType.HEADER, "from", author.get()));
        }
        return results.of(AuthenticationMethod.DKIM).stream()
                        .anyMatch(result -> passes(result, PropertyType.HEADER, "d", author.get()))
                || results.of(AuthenticationMethod.SPF).stream()
                        .anyMatch(result -> passes(result, PropertyType.SMTP, "mailfrom", author.get()));
    }

    /** Whether an entry that could not be read may be another result of DMARC. */
    private static boolean mayBeContradicted(ParsedResults.Understood understood) {
        return understood.cut() || understood.unread().stream().anyMatch(UnreadEntry::namesDmarc);
    }

    /** Whether a result is a pass for the author. One that gives the property twice, with different values, is not. */
    private static boolean passes(MethodResult result, PropertyType type, String property, DomainName author) {
        List<String> values = result.properties().stream()
                .filter(given ->
                        given.type().equals(type.keyword()) && given.name().equals(property))
                .map(Property::value)
                .toList();
        return result.result().equals("pass")
                && !values.isEmpty()
                && values.stream()
                        .allMatch(value -> DomainName.parse(value.substring(value.lastIndexOf('@') + 1))
                                .filter(author::equals)
                                .isPresent());
    }
}
