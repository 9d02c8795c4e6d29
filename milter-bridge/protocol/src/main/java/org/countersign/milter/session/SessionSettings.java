package org.countersign.milter.session;

import java.time.Duration;

/**
 * The limits of one connection.
 *
 * @param progressInterval the time between PROGRESS replies during a decision
 * @param maxRecipients the number of recipients above which a message is deferred
 * @param maxHeaderFields the number of header fields above which a message is rejected
 * @param maxHeaderOctets the total size of all header fields above which a message is rejected
 * @param maxErrors the number of commands out of order after which the connection is closed
 */
public record SessionSettings(
        Duration progressInterval, int maxRecipients, int maxHeaderFields, int maxHeaderOctets, int maxErrors) {
    /**
     * @throws IllegalArgumentException for a limit or an interval that is not positive
     */
    public SessionSettings {
        if (!progressInterval.isPositive()
                || maxRecipients < 1
                || maxHeaderFields < 1
                || maxHeaderOctets < 1
                || maxErrors < 1) {
            throw new IllegalArgumentException("all limits and the interval must be positive");
        }
    }

    /** Limits that no legitimate message reaches, and PROGRESS every 5 seconds, half of the timeout of Sendmail. */
    public static SessionSettings standard() {
        return new SessionSettings(Duration.ofSeconds(5), 50_000, 10_000, 4 << 20, 5);
    }
}
