package org.countersign.milter.filter;

import java.time.Duration;

/**
 * How much work is accepted, and what becomes of messages beyond it.
 *
 * @param maxMessages the number of messages in flight above which further ones are not evaluated
 * @param maxProcessorDelay how long work may wait for a processor before further messages are not evaluated
 * @param onOverload for messages that are not evaluated for lack of room
 * @param onError for a message whose evaluation fails because of an error in this program
 */
public record OverloadSettings(
        int maxMessages, Duration maxProcessorDelay, DefaultAction onOverload, DefaultAction onError) {
    /** As many messages as connections by default. A mail server waits for 10 seconds or longer. */
    public static final OverloadSettings DEFAULT =
            new OverloadSettings(1000, Duration.ofSeconds(5), DefaultAction.TEMPFAIL, DefaultAction.TEMPFAIL);

    /** Whether any message can be accepted without an evaluation. */
    boolean mayAccept() {
        return onOverload == DefaultAction.ACCEPT || onError == DefaultAction.ACCEPT;
    }
}
