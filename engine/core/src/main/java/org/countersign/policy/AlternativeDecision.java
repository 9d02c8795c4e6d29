package org.countersign.policy;

/**
 * A single change that would have led to another verdict about a message.
 *
 * @param change what would be different
 * @param party who can bring it about
 * @param condition the change in words, as a clause after "If"
 * @param decision the decision after the change
 * @param effect whether that decision is milder or harsher
 * @param monitored whether the verdict of the rules is not carried out, before and after the change
 */
public record AlternativeDecision(
        Change change, Party party, String condition, Decision decision, Effect effect, boolean monitored) {
    /** What would be different. */
    public enum Change {
        /** SPF passes for the Author Domain. */
        SPF_PASS,
        /** A DKIM signature of the Author Domain verifies. */
        DKIM_PASS,
        /** SPF does not pass. */
        SPF_FAIL,
        /** No DKIM signature verifies. */
        DKIM_FAIL,
        /** DMARC can be evaluated, and fails. */
        DMARC_FAIL,
        /** The DMARC record has another policy. */
        PUBLISHED_POLICY,
        /** The DMARC record is not in test mode. */
        TEST_MODE,
        /** There is a DMARC record. */
        PUBLISHED_RECORD,
        /** The client is a known forwarder. */
        KNOWN_CLIENT,
        /** A sealer is trusted. */
        TRUSTED_SEALER,
        /** The setting {@code dmarc.on-reject} has another value. */
        ON_REJECT,
        /** The operator's rule that decided does not exist. */
        RULE_ABSENT,
        /** The setting whose rule decided does not list the domain or the path of the message. */
        UNLISTED,
        /** The policy file has another mode. */
        MODE
    }

    /** Who can bring about a change. No change is one that anybody can bring about who forges an author. */
    public enum Party {
        /** The owner of a domain in the message, in the DNS, or who sends in its name. */
        SENDER,
        /** The operator of this system, in the policy file. */
        RECEIVER
    }

    /** How the verdict changes. */
    public enum Effect {
        MILDER,
        HARSHER;

        /** The effect of an action in place of another one. */
        public static Effect of(Action before, Action after) {
            return severity(after) < severity(before) ? MILDER : HARSHER;
        }

        private static int severity(Action action) {
            return switch (action) {
                case ACCEPT -> 0;
                case TAG -> 1;
                case QUARANTINE -> 2;
                case TEMPFAIL -> 3;
                case REJECT -> 4;
                // Nobody is notified.
                case DISCARD -> 5;
            };
        }
    }

    /** One sentence, printable US-ASCII. */
    public String explain() {
        Action action =
                monitored ? decision.ruled().action() : decision.verdict().action();
        String result = monitored
                ? "the rules would have decided " + action.keyword()
                : "the message would have been " + done(action);
        return "If " + condition + ", " + result + " (rule " + decision.rule() + ").";
    }

    private static String done(Action action) {
        return switch (action) {
            case ACCEPT -> "accepted";
            case TAG -> "accepted with a tag";
            case QUARANTINE -> "quarantined";
            case DISCARD -> "discarded";
            case REJECT -> "rejected";
            case TEMPFAIL -> "deferred";
        };
    }
}
