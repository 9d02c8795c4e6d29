package org.countersign.milter.session;

import java.time.Duration;

/**
 * Bounds of a dialogue.
 *
 * @param progressInterval how often the mail server hears from us while a decision takes its time
 * @param mostRecipients of one message; with more it is refused for now
 * @param mostHeaderFields of one message; with more it is refused
 * @param mostHeaderOctets of all header fields together; with more the message is refused
 * @param mostErrors commands out of order after which the connection is closed
 */
public record SessionSettings(
        Duration progressInterval, int mostRecipients, int mostHeaderFields, int mostHeaderOctets, int mostErrors) {
    /**
     * @throws IllegalArgumentException for a bound that lets nothing through
     */
    public SessionSettings {
        if (!progressInterval.isPositive()
                || mostRecipients < 1
                || mostHeaderFields < 1
                || mostHeaderOctets < 1
                || mostErrors < 1) {
            throw new IllegalArgumentException("a session needs room for a message, and time");
        }
    }

    /** Bounds that no honest message reaches; PROGRESS every 5 seconds, half of what Sendmail waits. */
    public static SessionSettings standard() {
        return new SessionSettings(Duration.ofSeconds(5), 50_000, 10_000, 4 << 20, 5);
    }
}
