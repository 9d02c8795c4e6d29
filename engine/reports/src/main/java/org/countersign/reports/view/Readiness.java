package org.countersign.reports.view;

import java.util.List;
import java.util.Locale;

/**
 * Whether a domain is ready for {@code p=reject}. RFC 9989 §7.4 gives the yardstick: a month with {@code p=none}, a month
 * with {@code p=quarantine}, and never SPF alone.
 *
 * @param policy the policy that reports show as published, in the form of the record; empty if unknown
 * @param answer what follows from the reasons
 * @param reasons all rules with their evidence, in a fixed order
 * @param refused mail of the last 28 days that a receiver would have refused, by source, at most 20 of them
 * @param wouldRefuse the messages of all such sources, of all messages
 * @param next what to do next, in one sentence
 */
public record Readiness(
        String domain,
        ViewPeriod period,
        String policy,
        Answer answer,
        List<Reason> reasons,
        List<RefusedSource> refused,
        Share wouldRefuse,
        String next) {
    public Readiness {
        reasons = List.copyOf(reasons);
        refused = List.copyOf(refused);
    }

    /** The answer. */
    public enum Answer {
        YES("yes"),
        NOT_YET("not yet"),
        CANNOT_TELL("cannot tell");

        private final String text;

        Answer(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** What a rule says. */
    public enum Outcome {
        /** Nothing is in the way. */
        MET("ok"),
        /** It is in the way. */
        NOT_MET("not yet"),
        /** The data do not suffice. */
        UNDECIDED("cannot tell"),
        /** It is not in the way, but a person should know. */
        WARNING("note");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** The rules. */
    public enum Rule {
        DAYS,
        REPORTERS,
        MESSAGES,
        SENDER_DKIM,
        KNOWN_FAILING,
        NEW_SENDER,
        POLICY,
        FORWARDED;

        /** The rule in JSON. */
        public String keyword() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A reason for the answer.
     *
     * @param evidence one sentence with the numbers
     */
    public record Reason(Rule rule, Outcome outcome, String evidence) {}

    /** A source whose mail would have been refused. */
    public record RefusedSource(String name, SourceKind kind, long messages) {}
}
