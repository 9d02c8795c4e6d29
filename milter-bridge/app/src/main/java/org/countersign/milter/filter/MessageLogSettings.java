package org.countersign.milter.filter;

import org.countersign.policy.Decision;
import org.countersign.policy.Verdict;

/**
 * Which messages have a line in the log, and what is in it.
 *
 * @param messages the messages with a line
 * @param recipients how many recipients a line names, from 0 to {@link AcceptedRecipients#MAX_KEPT}
 * @param addresses whether a line has addresses and user names; otherwise it has only domains
 */
public record MessageLogSettings(Selection messages, int recipients, boolean addresses) {
    /** A line for each message, with at most ten recipients. */
    public static final MessageLogSettings DEFAULT = new MessageLogSettings(Selection.ALL, 10, true);

    /** Which messages have a line. */
    public enum Selection {
        /** Every message. */
        ALL,
        /** Messages whose verdict is not {@code accept}, or would not be in mode {@code enforce}, or was not evaluated. */
        NOT_ACCEPTED,
        /** No message. */
        NONE
    }

    boolean includes(Decision decision) {
        return switch (messages) {
            case ALL -> true;
            case NOT_ACCEPTED ->
                !(decision.verdict() instanceof Verdict.Accept && decision.ruled() instanceof Verdict.Accept);
            case NONE -> false;
        };
    }
}
