package org.countersign.trace;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;
import org.countersign.domain.IpNetwork;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformancePack;

/** Messages of the conformance pack, as a front end passes them to the trace. */
public final class TracedMessages {
    static final Instant TIME = Instant.parse("2026-11-28T12:00:00Z");
    static final InetAddress CLIENT = address("192.0.2.7");

    /** Rejected: the From field is forged. */
    public static final String FORGED = "forged-from-policy-reject";
    /** Accepted. */
    public static final String GENUINE = "aligned-spf-and-dkim";

    private static final Map<String, MessageOutcome> OUTCOMES = new ConcurrentHashMap<>();

    private TracedMessages() {}

    static MessageOutcome outcome(String id) {
        return OUTCOMES.computeIfAbsent(
                id,
                key -> ConformanceRun.outcome(ConformancePack.load().stream()
                        .filter(vector -> vector.id().equals(key))
                        .findFirst()
                        .orElseThrow()));
    }

    static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    public static TracedMessage message(String queueId, String messageId, String id) {
        return message(TIME, queueId, messageId, CLIENT, id);
    }

    static TracedMessage message(Instant time, String queueId, String messageId, InetAddress client, String id) {
        return new TracedMessage(
                time,
                queueId,
                messageId,
                "mx.receiver.example",
                Optional.of(client),
                "host.sender.example",
                "helo.sender.example",
                "<bounce@sender.example>",
                List.of("<alice@receiver.example>"),
                1,
                "",
                2345,
                1234,
                Duration.ofMillis(17),
                outcome(id),
                DnsTrace.NONE);
    }

    /** The same message with a larger header section, other recipients and another HELO name. */
    static TracedMessage large(TracedMessage plain, long headerOctets, List<String> recipients, String helo) {
        return new TracedMessage(
                plain.time(),
                plain.queueId(),
                plain.messageId(),
                plain.host(),
                plain.client(),
                plain.clientName(),
                helo,
                plain.mailFrom(),
                recipients,
                recipients.size(),
                plain.user(),
                headerOctets,
                plain.bodyOctets(),
                plain.took(),
                plain.outcome(),
                plain.dns());
    }

    /** Many messages, one each second. */
    static List<TracedMessage> many(int count, Instant from) {
        List<TracedMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message(from.plusSeconds(i), "Q" + i, "<" + i + "@sender.example>", CLIENT, FORGED));
        }
        return messages;
    }
}
