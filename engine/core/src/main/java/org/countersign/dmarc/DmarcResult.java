package org.countersign.dmarc;

/** The result of the DMARC evaluation of a message (RFC 9989 §5.3.5, §9.2). */
public sealed interface DmarcResult {
    /**
     * An Authenticated Identifier is aligned. So the use of the Author Domain is authorized; nothing follows about the
     * content of the message (RFC 9989 §5.4).
     */
    record Pass(DmarcEvidence evidence) implements DmarcResult {}

    /**
     * No Authenticated Identifier is aligned.
     *
     * @param policy the policy that the Domain Owner requests
     */
    record Fail(DmarcProblem problem, RequestedPolicy policy, DmarcEvidence evidence) implements DmarcResult {}

    /** DMARC does not apply: there is no record. */
    record None(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    /** Neither pass nor fail because of a temporary error. No policy may be applied (RFC 9989 §5.3.6). */
    record TempError(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    /** A record exists but is unusable. No policy may be applied (RFC 9989 §4.10.1). */
    record PermError(DmarcProblem problem, DmarcEvidence evidence) implements DmarcResult {}

    /** The facts that the result is based on. */
    DmarcEvidence evidence();

    /** The same result whose evidence also has the comparison with the result of the second method. */
    default DmarcResult withComparison(DmarcResult second) {
        DmarcEvidence both = evidence().withComparison(DmarcComparison.of(this, second));
        return switch (this) {
            case Pass pass -> new Pass(both);
            case Fail fail -> new Fail(fail.problem(), fail.policy(), both);
            case None none -> new None(none.problem(), both);
            case TempError error -> new TempError(error.problem(), both);
            case PermError error -> new PermError(error.problem(), both);
        };
    }

    /** The result keyword of Authentication-Results (RFC 9989 §9.2). */
    default String keyword() {
        return switch (this) {
            case Pass pass -> "pass";
            case Fail fail -> "fail";
            case None none -> "none";
            case TempError error -> "temperror";
            case PermError error -> "permerror";
        };
    }

    /** One sentence that states the result and the reason. */
    default String explain() {
        return DmarcSentence.of(this);
    }
}
