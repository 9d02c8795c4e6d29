package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Escapes;

/**
 * A record that was read on the way to a result.
 *
 * @param domain where it is published
 * @param via the include or redirect of the hop before that led here; empty for the first
 * @param record its text, ISO-8859-1, not made safe for showing
 */
public record RecordStep(DomainName domain, Optional<Term> via, String record) {
    private static final int MAX_TERM = 128;

    /** A term as it stands in a record, made printable and cut short. */
    static String show(Term term) {
        return Escapes.printable(term.render(), MAX_TERM);
    }

    /** {@code the record of b.example, included by a.example}: where the last hop is and how it was reached. */
    static String trail(List<RecordStep> hops) {
        StringBuilder out = new StringBuilder("the record of ");
        for (int i = hops.size() - 1; i >= 0; i--) {
            RecordStep hop = hops.get(i);
            out.append(hop.domain);
            hop.via.ifPresent(term -> out.append(link(term)));
        }
        return out.toString();
    }

    private static String link(Term via) {
        return switch (via) {
            case Modifier modifier -> ", redirected to by ";
            case Directive directive ->
                directive.qualifier() == Qualifier.PASS ? ", included by " : ", named in " + show(via) + " of ";
        };
    }
}
