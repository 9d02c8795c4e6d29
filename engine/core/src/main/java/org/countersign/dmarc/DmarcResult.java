package org.countersign.dmarc;

/** The outcome of DMARC for a message (RFC 9989 §5.3.5, §9.2). */
public sealed interface DmarcResult {
    /** An authenticated domain is aligned. It says that the domain may be used so, not that the mail is good. */
    record Pass(DmarcEvidence evidence) implements DmarcResult {}

    /**
     * Nothing aligned.
     *
     * @param policy what the owner asks for
     */
    record Fail(DmarcProblem problem, RequestedPolicy policy, DmarcEvidence evidence) implements DmarcResult {}

    /** DMARC does not apply: there is no record. */
    record None(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    /** Neither pass nor fail, and asking again later may help. No policy may be applied. */
    record TempError(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    /** There is a record but it says nothing usable. No policy may be applied. */
    record PermError(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    DmarcEvidence evidence();

    /** The same with another result beside it in its evidence. */
    default DmarcResult beside(DmarcResult other) {
        DmarcEvidence both = evidence().withShadow(DmarcComparison.of(this, other));
        return switch (this) {
            case Pass pass -> new Pass(both);
            case Fail fail -> new Fail(fail.problem(), fail.policy(), both);
            case None none -> new None(none.problem(), both);
            case TempError error -> new TempError(error.problem(), both);
            case PermError error -> new PermError(error.problem(), both);
        };
    }

    /** The word for Authentication-Results (RFC 9989 §9.2). */
    default String keyword() {
        return switch (this) {
            case Pass pass -> "pass";
            case Fail fail -> "fail";
            case None none -> "none";
            case TempError error -> "temperror";
            case PermError error -> "permerror";
        };
    }

    /** One plain sentence that says what was decided and why. */
    default String explain() {
        return DmarcExplanation.of(this);
    }
}
