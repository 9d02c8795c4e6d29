package org.countersign.milter.server;

import java.time.Duration;
import java.util.List;
import org.countersign.milter.session.SessionStage;

/**
 * The timeouts of connections. Each applies to the wait for one complete command, so a client cannot extend it by
 * sending single octets. Only the data of a body may arrive in any pieces, as in commands of any size.
 *
 * @param negotiation from the start of the connection to the end of the negotiation
 * @param message inside a message
 * @param content from the recipients of a message to its header section, while the mail server may be receiving it
 * @param idle between messages
 */
public record ConnectionTimeouts(Duration negotiation, Duration message, Duration content, Duration idle) {
    /** 10 seconds, 5 minutes, 1 hour and 10 minutes. */
    public static final ConnectionTimeouts DEFAULT = new ConnectionTimeouts(
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofMinutes(10));

    // Far more than an ordinary message needs from the first command to its end. It also bounds how often connections
    // are replaced, so that a client that connects again at once does not use the processors up.
    private static final Duration TIME_FOR_DECISION = Duration.ofSeconds(3);

    /**
     * @throws IllegalArgumentException for a timeout that is not positive
     */
    public ConnectionTimeouts {
        if (!List.of(negotiation, message, content, idle).stream().allMatch(Duration::isPositive)) {
            throw new IllegalArgumentException("all timeouts must be positive");
        }
    }

    /**
     * The state of a connection at one moment.
     *
     * @param waited how long the server has waited for the next command, or the negotiation; zero if it does not wait
     * @param undecided the time since the last decision, or since the connection was opened. Neither the wait for the
     *     content of a message counts, nor the time between a decision and the message that has begun
     * @param idle whether it has had a decision, and has no message now
     */
    record Snapshot(SessionStage stage, Duration waited, Duration undecided, boolean idle) {}

    /** Whether the timeout of a connection has expired. */
    boolean isOverdue(Snapshot connection) {
        return connection.waited().compareTo(limit(connection.stage())) > 0;
    }

    private Duration limit(SessionStage stage) {
        return switch (stage) {
            case NEGOTIATION -> negotiation;
            case BETWEEN_MESSAGES -> idle;
            case IN_MESSAGE -> message;
            case AWAITING_CONTENT -> content;
        };
    }

    /**
     * Whether a connection may be closed in favor of a new one: it is idle after a decision, or has had no decision for
     * some seconds. While it waits for content, it may be closed after the timeout inside a message.
     */
    boolean mayBeReplaced(Snapshot connection) {
        boolean receiving = connection.stage() == SessionStage.AWAITING_CONTENT
                && connection.waited().isPositive()
                && connection.waited().compareTo(message) <= 0;
        return connection.idle() || (!receiving && connection.undecided().compareTo(TIME_FOR_DECISION) >= 0);
    }

    /** Orders connections that may be replaced: first the one that has been without a decision for longest. */
    static int compareForReplacement(Snapshot one, Snapshot other) {
        int byUndecided = other.undecided().compareTo(one.undecided());
        return byUndecided != 0 ? byUndecided : other.waited().compareTo(one.waited());
    }

    /** The shortest timeout. */
    Duration shortest() {
        return List.of(negotiation, message, content, idle).stream()
                .min(Duration::compareTo)
                .orElseThrow();
    }
}
