package org.countersign.spf;

import java.util.Objects;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Keyword;
import org.jspecify.annotations.Nullable;

/** The result of an SPF check (RFC 7208 §2.6), with what it is based on. Immutable. */
public final class SpfResult {
    /** The seven results of RFC 7208 §2.6. */
    public enum Kind {
        /** No policy is known (RFC 7208 §2.6.1). */
        NONE,
        /** The domain does not say whether the client may use it (RFC 7208 §2.6.2). */
        NEUTRAL,
        /** The client may use the domain (RFC 7208 §2.6.3). */
        PASS,
        /** The client may not use the domain (RFC 7208 §2.6.4). */
        FAIL,
        /** The client probably may not use the domain (RFC 7208 §2.6.5). */
        SOFTFAIL,
        /** The policy could not be fetched; a later check may succeed (RFC 7208 §2.6.6). */
        TEMPERROR,
        /** The policy cannot be interpreted until somebody corrects it (RFC 7208 §2.6.7). */
        PERMERROR;

        private final String keyword = Keyword.of(this);
    }

    private final Kind kind;
    private final SpfEvidence evidence;
    private final @Nullable String mechanism;
    private final @Nullable String explanation;
    private final @Nullable SpfProblem problem;
    private final String detail;

    private SpfResult(
            Kind kind,
            SpfEvidence evidence,
            @Nullable String mechanism,
            @Nullable String explanation,
            @Nullable SpfProblem problem,
            String detail) {
        this.kind = kind;
        this.evidence = evidence;
        this.mechanism = mechanism;
        this.explanation = explanation;
        this.problem = problem;
        this.detail = detail;
    }

    /** The result of a directive that matched. */
    static SpfResult matched(Kind kind, SpfEvidence evidence, String mechanism) {
        return new SpfResult(kind, evidence, mechanism, null, null, "");
    }

    /** Neutral, because no directive matched (RFC 7208 §4.7). */
    static SpfResult noMatch(SpfEvidence evidence) {
        return new SpfResult(Kind.NEUTRAL, evidence, null, null, null, "");
    }

    /**
     * None, temperror or permerror.
     *
     * @param detail what the problem is about, printable
     */
    static SpfResult stopped(SpfEvidence evidence, SpfProblem problem, String detail) {
        return new SpfResult(problem.result(), evidence, null, null, problem, detail);
    }

    /** The same with an explanation of the domain. */
    SpfResult withExplanation(String text) {
        return new SpfResult(kind, evidence, mechanism, text, problem, detail);
    }

    /** Which of the seven results this is. */
    public Kind kind() {
        return kind;
    }

    /** The records read and the lookups counted. */
    public SpfEvidence evidence() {
        return evidence;
    }

    /** The result as RFC 7208 and RFC 8601 write it, such as {@code softfail}. */
    public String keyword() {
        return kind.keyword;
    }

    /** One plain sentence for a postmaster: what decided, and in which record. Printable US-ASCII. */
    public String explain() {
        return problem == null ? explainMatch() : problem.phrase() + ": " + detail;
    }

    private String explainMatch() {
        String comma = evidence.chain().size() > 1 ? "," : "";
        String client = evidence.client().map(IpNetwork::renderAddress).orElse("unknown");
        int ignored = evidence.namesIgnored();
        // RFC 7208 §4.6.4: one of the names that were ignored might have matched.
        String limit = ignored == 0 ? "" : " (" + ignored + " of its names in the DNS were too many to look at)";
        return (mechanism == null ? "nothing" : mechanism) + " in " + RecordStep.trail(evidence.chain()) + comma
                + " matched " + client + limit;
    }

    /** The identity checked. */
    public SpfIdentity identity() {
        return evidence.identity();
    }

    /** The domain checked; empty if the identity has none. */
    public Optional<DomainName> domain() {
        return evidence.domain();
    }

    /**
     * The directive that matched, such as {@code -all}; the innermost one if it was included. Empty if none matched, and
     * for none, temperror and permerror.
     */
    public Optional<String> mechanism() {
        return Optional.ofNullable(mechanism);
    }

    /**
     * The domain's own explanation of a fail (RFC 7208 §6.2); empty for every other result. Untrusted text, printable
     * US-ASCII, at most 256 characters. Always show it as a quotation of the domain's owner.
     */
    public Optional<String> explanation() {
        return Optional.ofNullable(explanation);
    }

    /** The reason for none, temperror or permerror; empty for every other result. */
    public Optional<SpfProblem> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpfResult that
                && kind == that.kind
                && evidence.equals(that.evidence)
                && Objects.equals(mechanism, that.mechanism)
                && Objects.equals(explanation, that.explanation)
                && problem == that.problem
                && detail.equals(that.detail);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, evidence, mechanism, explanation, problem, detail);
    }

    @Override
    public String toString() {
        return keyword() + ": " + explain();
    }
}
