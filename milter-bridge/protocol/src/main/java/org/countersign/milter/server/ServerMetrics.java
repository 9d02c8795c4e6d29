package org.countersign.milter.server;

import org.countersign.metrics.Counter;
import org.countersign.metrics.Meter;

/**
 * What a {@link MilterServer} counts.
 *
 * @param connections connections accepted, the open ones included
 * @param messages messages begun, the open ones included
 * @param decidedMessages messages for which the filter made a decision that was sent to the mail server
 */
public record ServerMetrics(Counter connections, Counter messages, Counter decidedMessages) {
    public static final String CONNECTIONS = "countersign_milter_connections_total";
    public static final String MESSAGES = "countersign_milter_messages_total";
    public static final String DECIDED_MESSAGES = "countersign_milter_decided_messages_total";
    /** Gauge: connections that are open now. */
    public static final String OPEN_CONNECTIONS = "countersign_milter_open_connections";
    /** Gauge: messages that are being received or checked now. */
    public static final String OPEN_MESSAGES = "countersign_milter_open_messages";

    static ServerMetrics of(Meter meter) {
        return new ServerMetrics(meter.counter(CONNECTIONS), meter.counter(MESSAGES), meter.counter(DECIDED_MESSAGES));
    }
}
