package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.DomainName;

/** Records the terms of one check in the order evaluated, if it is switched on. Not thread-safe. */
final class TermRecorder {
    /** More than the evaluation of an ordinary record needs; one record may have a thousand terms. */
    static final int MAX_TERMS = 100;

    /** Records nothing, for all checks. */
    static final TermRecorder OFF = new TermRecorder(false, List.of());

    private static final int NOT_RECORDED = -1;

    private final boolean on;
    private final List<EvaluatedTerm> terms;
    private int omitted;

    private TermRecorder(boolean on, List<EvaluatedTerm> terms) {
        this.on = on;
        this.terms = terms;
    }

    /** Records the terms of one check. */
    static TermRecorder on() {
        return new TermRecorder(true, new ArrayList<>());
    }

    /**
     * Records a term before its evaluation, so that an include stands before the terms that it includes.
     *
     * @return the argument of {@link #end}
     */
    int begin(DomainName domain, int depth, Term term) {
        if (!on) {
            return NOT_RECORDED;
        }
        if (terms.size() == MAX_TERMS) {
            omitted++;
            return NOT_RECORDED;
        }
        terms.add(new EvaluatedTerm(domain, depth, term.show(), EvaluatedTerm.Outcome.ERROR));
        return terms.size() - 1;
    }

    /** Records the result of a term. */
    void end(int index, EvaluatedTerm.Outcome outcome) {
        if (index != NOT_RECORDED) {
            EvaluatedTerm begun = terms.get(index);
            terms.set(index, new EvaluatedTerm(begun.domain(), begun.depth(), begun.term(), outcome));
        }
    }

    List<EvaluatedTerm> terms() {
        return terms;
    }

    /** How many terms were evaluated but not recorded. */
    int omitted() {
        return omitted;
    }
}
