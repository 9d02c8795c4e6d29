package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Escapes;

/**
 * A record that was read to find a result.
 *
 * @param domain the domain that publishes it
 * @param reachedBy the include or redirect in the record before that names this domain; empty for the first record
 * @param record its text in ISO-8859-1. Untrusted: it may contain control characters
 */
public record RecordStep(DomainName domain, Optional<Term> reachedBy, String record) {
    private static final int MAX_TERM = 128;

    /** A term as written in a record, made printable and shortened. */
    static String show(Term term) {
        return Escapes.printable(term.render(), MAX_TERM);
    }

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

    private static String link(Term reachedBy) {
        return switch (reachedBy) {
            case Modifier modifier -> ", redirected to by ";
            case Directive directive ->
                directive.qualifier() == Qualifier.PASS ? ", included by " : ", named in " + show(reachedBy) + " of ";
        };
    }
}
