package org.countersign.spf;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** The outcome of a check (RFC 7208 §2.6). */
public sealed interface SpfResult {
    SpfEvidence evidence();

    /** The word of RFC 7208 and RFC 8601 for it, {@code softfail} for instance. */
    String keyword();

    /** One plain sentence for a postmaster: what decided, and where it stands. Printable US-ASCII. */
    String explain();

    default SpfIdentity identity() {
        return evidence().identity();
    }

    /** The domain checked. */
    default Optional<DomainName> domain() {
        return evidence().domain();
    }

    /** The directive that matched, such as {@code -all}; the innermost where it was included. */
    default Optional<String> mechanism() {
        return Optional.empty();
    }

    /**
     * What the domain says about a fail (RFC 7208 §6.2), of fail only: the words of a stranger, made printable
     * US-ASCII and at most 256 characters. Not to be shown but as such.
     */
    default Optional<String> explanation() {
        return Optional.empty();
    }

    /** Why there is no policy; of none, temperror and permerror only. */
    default Optional<SpfProblem> problem() {
        return Optional.empty();
    }

    /**
     * No policy is known (RFC 7208 §2.6.1).
     *
     * @param detail what the reason is about, printable
     */
    record None(SpfEvidence evidence, SpfProblem reason, String detail) implements SpfResult {
        @Override
        public String keyword() {
            return "none";
        }

        @Override
        public String explain() {
            return reason.phrase() + ": " + detail;
        }

        @Override
        public Optional<SpfProblem> problem() {
            return Optional.of(reason);
        }
    }

    /**
     * The domain does not say (RFC 7208 §2.6.2).
     *
     * @param mechanism the directive that says so; empty where none matched (RFC 7208 §4.7)
     */
    record Neutral(SpfEvidence evidence, Optional<String> mechanism) implements SpfResult {
        @Override
        public String keyword() {
            return "neutral";
        }

        @Override
        public String explain() {
            return mechanism.map(text -> matched(evidence, text)).orElseGet(() -> matched(evidence, "nothing"));
        }
    }

    /** The client may use the domain (RFC 7208 §2.6.3). */
    record Pass(SpfEvidence evidence, String matching) implements SpfResult {
        @Override
        public String keyword() {
            return "pass";
        }

        @Override
        public String explain() {
            return matched(evidence, matching);
        }

        @Override
        public Optional<String> mechanism() {
            return Optional.of(matching);
        }
    }

    /**
     * The client may not use the domain (RFC 7208 §2.6.4).
     *
     * @param explanation empty where the domain says nothing about it
     */
    record Fail(SpfEvidence evidence, String matching, Optional<String> explanation) implements SpfResult {
        @Override
        public String keyword() {
            return "fail";
        }

        @Override
        public String explain() {
            return matched(evidence, matching);
        }

        @Override
        public Optional<String> mechanism() {
            return Optional.of(matching);
        }
    }

    /** The client probably may not use the domain (RFC 7208 §2.6.5). */
    record SoftFail(SpfEvidence evidence, String matching) implements SpfResult {
        @Override
        public String keyword() {
            return "softfail";
        }

        @Override
        public String explain() {
            return matched(evidence, matching);
        }

        @Override
        public Optional<String> mechanism() {
            return Optional.of(matching);
        }
    }

    /**
     * The policy could not be had just now (RFC 7208 §2.6.6).
     *
     * @param detail what the reason is about, printable
     */
    record TempError(SpfEvidence evidence, SpfProblem reason, String detail) implements SpfResult {
        @Override
        public String keyword() {
            return "temperror";
        }

        @Override
        public String explain() {
            return reason.phrase() + ": " + detail;
        }

        @Override
        public Optional<SpfProblem> problem() {
            return Optional.of(reason);
        }
    }

    /**
     * The policy makes no sense until somebody repairs it (RFC 7208 §2.6.7).
     *
     * @param detail what the reason is about, printable
     */
    record PermError(SpfEvidence evidence, SpfProblem reason, String detail) implements SpfResult {
        @Override
        public String keyword() {
            return "permerror";
        }

        @Override
        public String explain() {
            return reason.phrase() + ": " + detail;
        }

        @Override
        public Optional<SpfProblem> problem() {
            return Optional.of(reason);
        }
    }

    private static String matched(SpfEvidence evidence, String mechanism) {
        String comma = evidence.hops().size() > 1 ? "," : "";
        String client = evidence.client().map(IpNetwork::renderAddress).orElse("unknown");
        int ignored = evidence.namesIgnored();
        // RFC 7208 §4.6.4: another name might have matched.
        String limit = ignored == 0 ? "" : " (" + ignored + " of its names in the DNS were too many to look at)";
        return mechanism + " in " + RecordStep.trail(evidence.hops()) + comma + " matched " + client + limit;
    }
}
