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
     * @param outside the time since the connection was opened or its last message ended; zero inside a message
     */
    record Snapshot(SessionStage stage, Duration waited, Duration outside) {}

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
     * Whether a connection may be closed in favor of a new one: it has no message, or its content has not arrived within
     * the timeout inside a message.
     */
    boolean mayBeReplaced(Snapshot connection) {
        return switch (connection.stage()) {
            case NEGOTIATION, BETWEEN_MESSAGES -> true;
            case IN_MESSAGE -> false;
            case AWAITING_CONTENT -> connection.waited().compareTo(message) > 0;
        };
    }

    /** Orders connections that may be replaced: first the one that has been without a message for longest. */
    static int compareForReplacement(Snapshot one, Snapshot other) {
        int byOutside = other.outside().compareTo(one.outside());
        return byOutside != 0 ? byOutside : other.waited().compareTo(one.waited());
    }

    /** The shortest timeout. */
    Duration shortest() {
        return List.of(negotiation, message, content, idle).stream()
                .min(Duration::compareTo)
                .orElseThrow();
    }
}
