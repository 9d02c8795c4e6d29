package org.countersign.explain;

import org.countersign.domain.IpNetwork;
import org.countersign.spf.EvaluatedTerm;
import org.countersign.spf.RecordStep;
import org.countersign.spf.SpfEvidence;
import org.countersign.spf.SpfNearMiss;
import org.countersign.spf.SpfProblem;
import org.countersign.spf.SpfResult;

/** Explains the SPF result of one identity: MAIL FROM or HELO. */
final class SpfExplanation {
    private SpfExplanation() {}

    static Explanation.Group of(SpfResult spf) {
        SpfEvidence evidence = spf.evidence();
        return new Explanation.Group()
                .text("result", spf.keyword())
                .text("domain", spf.domain())
                .text("identity", spf.identity().keyword())
                .text("client", evidence.client().map(IpNetwork::renderAddress))
                .text("mechanism", spf.mechanism())
                .text("problem", spf.problem().map(SpfProblem::keyword))
                .list("records", evidence.chain(), SpfExplanation::record)
                .list("near-misses", evidence.nearMisses(), SpfExplanation::nearMiss)
                .count("dns-terms", evidence.dnsTerms())
                .count("void-lookups", evidence.voidLookups())
                .count("names-ignored", evidence.namesIgnored())
                .text("sender-explanation", spf.explanation())
                .text("explain", spf.explain());
    }

    /** The same with each term that was evaluated. */
    static Explanation.Group full(SpfResult spf) {
        SpfEvidence evidence = spf.evidence();
        return of(spf).list("terms", evidence.terms(), SpfExplanation::term)
                .count("terms-omitted", evidence.termsOmitted());
    }

    private static Explanation term(EvaluatedTerm term) {
        return new Explanation.Group()
                .text("domain", term.domain())
                .count("depth", term.depth())
                .text("term", term.term())
                .word("outcome", term.outcome());
    }

    private static Explanation nearMiss(SpfNearMiss near) {
        return new Explanation.Group()
                .text("domain", near.domain())
                .text("record", near.miss().record())
                .text("problem", near.miss().problem());
    }

    private static Explanation record(RecordStep step) {
        return new Explanation.Group()
                .text("domain", step.domain())
                .text("via", step.reachedBy())
                .text("record", step.record());
    }
}
