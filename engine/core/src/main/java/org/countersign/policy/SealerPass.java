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

/** Whether the results in an ARC Set include a pass for the Author Domain. */
final class SealerPass {
    private SealerPass() {}

    /**
     * If the sealer has a result of DMARC, only that counts, and only for the Author Domain itself. Otherwise a pass of SPF
     * or DKIM for the Author Domain is enough, since identical names are always aligned (RFC 9989 §4.4).
     */
    static boolean isIn(ParsedResults sealed, RuleContext facts) {
        Optional<DomainName> author = facts.authorDomain();
        if (author.isEmpty() || !(sealed instanceof ParsedResults.Parsed parsed) || mayBeContradicted(parsed)) {
            return false;
        }
        AuthenticationResults results = parsed.results();
        List<MethodResult> dmarc = results.of(AuthenticationMethod.DMARC);
        if (!dmarc.isEmpty()) {
            // Contradictory results do not count.
            return dmarc.stream().allMatch(result -> passes(result, PropertyType.HEADER, "from", author.get()));
        }
        return results.of(AuthenticationMethod.DKIM).stream()
                        .anyMatch(result -> passes(result, PropertyType.HEADER, "d", author.get()))
                || results.of(AuthenticationMethod.SPF).stream()
                        .anyMatch(result -> passes(result, PropertyType.SMTP, "mailfrom", author.get()));
    }

    /** Whether an entry that could not be parsed, or must not be used, may be another result of DMARC. */
    private static boolean mayBeContradicted(ParsedResults.Parsed parsed) {
        return parsed.truncated()
                || parsed.unread().stream().anyMatch(UnreadEntry::namesDmarc)
                || parsed.results().results().stream()
                        .anyMatch(result -> result.is(AuthenticationMethod.DMARC) && !result.isUsable());
    }

    /** Whether a result is a pass for the author. If the property occurs more than once, all values must match. */
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
