package org.countersign.milter.server;

import java.time.Duration;
import java.util.List;
import org.countersign.milter.session.SessionStage;

/**
 * The timeouts of connections: how long a mail server is waited for, each time for a whole command. A client that sends
 * an octet now and then gains nothing.
 *
 * @param negotiation from the connection to the end of the negotiation
 * @param message inside a message
 * @param content from the recipients of a message to its header, while the mail server may be receiving it
 * @param idle between messages
 */
public record ConnectionTimeouts(Duration negotiation, Duration message, Duration content, Duration idle) {
    /** 10 seconds, 5 minutes, 1 hour and 10 minutes. */
    public static final ConnectionTimeouts DEFAULT = new ConnectionTimeouts(
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofMinutes(10));

    /**
     * @throws IllegalArgumentException for a time that is not positive
     */
    public ConnectionTimeouts {
        if (!List.of(negotiation, message, content, idle).stream().allMatch(Duration::isPositive)) {
            throw new IllegalArgumentException("a connection needs time");
        }
    }

    /**
     * A connection at one moment.
     *
     * @param waited for the end of the command, or of the negotiation, that comes next; zero while the mail server
     *     is not waited for
     * @param outside since the connection was opened, or its last message ended; zero inside a message
     */
    record Snapshot(SessionStage stage, Duration waited, Duration outside) {}

    /** Whether a connection has been waited for too long. */
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
     * Whether a connection may be closed to make room for another: one without a message, or one whose content does
     * not come although the time inside a message is over.
     */
    boolean mayGiveWay(Snapshot connection) {
        return switch (connection.stage()) {
            case NEGOTIATION, BETWEEN_MESSAGES -> true;
            case IN_MESSAGE -> false;
            case AWAITING_CONTENT -> connection.waited().compareTo(message) > 0;
        };
    }

    /** Which of two connections that may give way goes first: the one that has been outside a message for longer. */
    static int firstToGo(Snapshot one, Snapshot other) {
        int byOutside = other.outside().compareTo(one.outside());
        return byOutside != 0 ? byOutside : other.waited().compareTo(one.waited());
    }

    /** The shortest of them. */
    Duration shortest() {
        return List.of(negotiation, message, content, idle).stream()
                .min(Duration::compareTo)
                .orElseThrow();
    }
}
