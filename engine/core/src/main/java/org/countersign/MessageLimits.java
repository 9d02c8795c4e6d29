package org.countersign;

import java.time.Duration;

/**
 * How much work one message may cause.
 *
 * @param headerFields maximum number of header fields that are kept
 * @param headerOctets maximum size of all header fields together, in octets
 * @param dnsQueries maximum number of distinct DNS queries
 * @param deadline how long DNS answers are awaited after each of three events: MAIL FROM, the end of the header section,
 *     and the end of the message. The time that the sender takes between them does not count
 */
public record MessageLimits(int headerFields, int headerOctets, int dnsQueries, Duration deadline) {
    /** 2,000 fields, 1 MiB, 240 queries, 20 seconds. */
    public static final MessageLimits DEFAULT = new MessageLimits(2000, 1 << 20, 240, Duration.ofSeconds(20));

    public MessageLimits {
        if (headerFields < 1 || headerOctets < 1 || dnsQueries < 1 || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("every limit must be above zero");
        }
    }

    /** These limits with another deadline. */
    public MessageLimits withDeadline(Duration other) {
        return new MessageLimits(headerFields, headerOctets, dnsQueries, other);
    }
}
