package org.countersign.spf;

import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;

/**
 * The end of an evaluation by none, temperror or permerror. It is the exception of a mechanism, which check_host()
 * returns as its own result (RFC 7208 §4.6.2).
 *
 * @param detail what the problem is about, printable
 * @param chain the records that were read until then
 */
record Stop(SpfProblem problem, String detail, List<RecordStep> chain) implements CheckResult, MechanismResult {
    /** The problem of a term in the last record of the chain. */
    static Stop atTerm(SpfProblem problem, Term term, List<RecordStep> chain) {
        return new Stop(problem, term.show() + " in " + RecordStep.trail(chain), chain);
    }

    /**
     * The temperror of a lookup that failed (RFC 7208 §§4.4, 5).
     *
     * @param answer an error, see {@link DnsAnswer#isError()}
     */
    static Stop atLookup(DnsQuery<?> query, DnsAnswer<?> answer, List<RecordStep> chain) {
        String needed = chain.isEmpty() ? "" : ", needed by " + RecordStep.trail(chain);
        String detail = answer.failureDetail().isEmpty() ? "" : ": " + answer.failureDetail();
        return new Stop(SpfProblem.ofError(answer), query + needed + detail, chain);
    }

    /** Whether the domain has no SPF record: the result none. */
    boolean isNone() {
        return problem.result() == SpfResult.Kind.NONE;
    }
}
