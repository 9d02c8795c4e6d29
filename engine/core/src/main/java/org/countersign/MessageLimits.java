package org.countersign;

import java.time.Duration;

/**
 * How much of a message's header section is looked at, and how much is asked for one message.
 *
 * @param headerFields most fields
 * @param headerOctets most octets of all fields together
 * @param dnsQuestions most distinct DNS questions
 * @param deadline how long after MAIL FROM, after the end of the header section, and after the end of the message an
 *     answer may come at the latest: how long the sender takes in between does not count
 */
public record MessageLimits(int headerFields, int headerOctets, int dnsQuestions, Duration deadline) {
    /** 2,000 fields, 1 MiB, 240 questions, 20 seconds. */
    public static final MessageLimits DEFAULT = new MessageLimits(2000, 1 << 20, 240, Duration.ofSeconds(20));

    public MessageLimits {
        if (headerFields < 1 || headerOctets < 1 || dnsQuestions < 1 || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("every limit is above zero");
        }
    }

    /** The same with another deadline. */
    public MessageLimits withDeadline(Duration other) {
        return new MessageLimits(headerFields, headerOctets, dnsQuestions, other);
    }
}
