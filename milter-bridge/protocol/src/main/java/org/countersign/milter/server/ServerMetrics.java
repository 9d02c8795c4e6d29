package org.countersign.milter.server;

import org.countersign.metrics.Counter;
import org.countersign.metrics.Meter;
import org.countersign.metrics.Metric;

/**
 * What a {@link MilterServer} counts.
 *
 * @param connections connections accepted, the open ones included
 * @param messages messages begun, the open ones included
 * @param decidedMessages messages for which the filter made a decision that was sent to the mail server
 * @param refusedConnections connections closed at once, because there were too many of their client, or of all
 */
public record ServerMetrics(
        Counter connections, Counter messages, Counter decidedMessages, Counter refusedConnections) {
    public static final Metric CONNECTIONS = Metric.counter(
            "countersign_milter_connections_total", "Connections of mail servers, the open ones included.");
    public static final Metric MESSAGES = Metric.counter(
            "countersign_milter_messages_total", "Messages that a mail server began, the open ones included.");
    public static final Metric DECIDED_MESSAGES = Metric.counter(
            "countersign_milter_decided_messages_total", "Messages whose decision was sent to the mail server.");
    public static final Metric REFUSED_CONNECTIONS = Metric.counter(
            "countersign_milter_refused_connections_total",
            "Connections closed at once, because there were too many of their client, or of all.");
    public static final Metric OPEN_CONNECTIONS =
            Metric.gauge("countersign_milter_open_connections", "Connections of mail servers that are open now.");
    public static final Metric MAX_CONNECTIONS = Metric.gauge(
            "countersign_milter_max_connections", "Connections of mail servers that may be open at a time.");
    public static final Metric OPEN_MESSAGES =
            Metric.gauge("countersign_milter_open_messages", "Messages that are being received or checked now.");

    static ServerMetrics of(Meter meter) {
        return new ServerMetrics(
                meter.counter(CONNECTIONS),
                meter.counter(MESSAGES),
                meter.counter(DECIDED_MESSAGES),
                meter.counter(REFUSED_CONNECTIONS));
    }
}
