package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.authres.PropertyType;
import org.countersign.domain.DomainName;

/** Whether the results that a sealer carries say that a message passed for its Author Domain. */
final class CarriedPass {
    private CarriedPass() {}

    /**
     * DMARC's word counts where the sealer has one, and only for the very Author Domain. Where it has none, a pass of
     * SPF or DKIM for just that domain does the same, since identical names are aligned whatever is published
     * (RFC 9989 §4.4).
     */
    static boolean isIn(ParsedResults carried, RuleFacts facts) {
        Optional<DomainName> author = facts.authorDomain();
        if (author.isEmpty() || !(carried instanceof ParsedResults.Understood(AuthenticationResults results))) {
            return false;
        }
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

    private static boolean passes(MethodResult result, PropertyType type, String property, DomainName author) {
        return result.result().equals("pass")
                && result.property(type, property)
                        .map(value -> value.substring(value.lastIndexOf('@') + 1))
                        .flatMap(DomainName::parse)
                        .filter(author::equals)
                        .isPresent();
    }
}
