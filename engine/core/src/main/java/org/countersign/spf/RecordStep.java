package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Escapes;

/**
 * One record in the chain that leads from the domain checked to the record that decided.
 *
 * @param domain the domain that publishes the record
 * @param reachedBy the include or redirect in the previous record that names this domain; empty for the first record
 * @param record the text of the record in ISO-8859-1. Untrusted: it may contain control characters
 */
public record RecordStep(DomainName domain, Optional<String> reachedBy, String record) {
    /** Names the last record of a chain, and how it was reached: {@code the record of b.example, included by a.example}. */
    static String trail(List<RecordStep> chain) {
        StringBuilder out = new StringBuilder("the record of ");
        for (int i = chain.size() - 1; i >= 0; i--) {
            RecordStep step = chain.get(i);
            out.append(step.domain);
            step.reachedBy.ifPresent(term -> out.append(link(term)));
        }
        return out.toString();
    }

    private static String link(String reachedBy) {
        if (reachedBy.startsWith("redirect=")) {
            return ", redirected to by ";
        }
        // An include with a qualifier is shown, because the qualifier decides the result.
        return reachedBy.startsWith("include:")
                ? ", included by "
                : ", named in " + Escapes.printable(reachedBy, Term.MAX_SHOWN) + " of ";
    }
}
