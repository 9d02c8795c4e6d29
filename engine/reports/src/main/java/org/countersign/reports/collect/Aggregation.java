package org.countersign.reports.collect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/** Counts messages in memory until they become a segment. For one thread. */
final class Aggregation {
    /** The most rows of a segment. */
    static final int MAX_ROWS = 5_000;
    // Senders choose most of the text of a row.
    private static final int MAX_OCTETS = 2 << 20;
    private static final int OCTETS_OF_A_ROW = 200;
    private static final int MAX_TRAFFIC = 5_000;

    private static final int MAX_TEXT = 255;

    private final VerdictSink sink;
    private final boolean envelopeTo;
    private final Set<String> reportAddresses;
    private final Map<Key, Count> rows = new HashMap<>();
    private final Map<Segment.Traffic, Long> traffic = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();
    private final Map<PolicySource, CollectedPolicy> policies = new HashMap<>();
    // What the journal does not have yet.
    private final List<Count> grownRows = new ArrayList<>();
    private final Map<Segment.Traffic, Long> grownTraffic = new HashMap<>();
    private final Map<Integer, Long> grownLost = new HashMap<>();
    private int octets;

    /**
     * @param envelopeTo whether the domain of the recipients is kept
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     * @param sink gets an event of each message
     */
    Aggregation(boolean envelopeTo, Set<String> reportAddresses, VerdictSink sink) {
        this.sink = sink;
        this.envelopeTo = envelopeTo;
        this.reportAddresses = Set.copyOf(reportAddresses);
    }

    private record Key(int day, CollectedPolicy policy, CollectedRow row) {}

    /** What the columns of a policy depend on. */
    private record PolicySource(DomainName domain, DiscoveryMethod method, Octets text) {}

    private static final class Count {
        private final Key key;
        private long messages;
        private long triggers;
        private long journaledMessages;
        private long journaledTriggers;

        private Count(Key key) {
            this.key = key;
        }

        private CountedRow row() {
            return new CountedRow(key.day(), key.policy(), key.row(), messages, triggers);
        }

        private CountedRow grown() {
            return new CountedRow(
                    key.day(), key.policy(), key.row(), messages - journaledMessages, triggers - journaledTriggers);
        }
    }

    /**
     * Counts a message.
     *
     * @return whether it is in a row
     */
    boolean add(ReportedMessage message) {
        int day = Days.of(message.second());
        Segment.Traffic kind = new Segment.Traffic(
                day,
                Days.hourOf(message.second()),
                message.facts().dmarcKeyword(),
                message.decision().verdict().keyword(),
                ReportedText.line(Octets.utf8(message.decision().rule()), MAX_TEXT));
        traffic.merge(kind, 1L, Long::sum);
        grownTraffic.merge(kind, 1L, Long::sum);
        Optional<MessageRow> reported = MessageRow.of(message, envelopeTo, reportAddresses);
        Optional<CollectedPolicy> policy = reported.map(row -> add(day, row));
        if (sink.isOn()) {
            sink.accept(event(
                    message,
                    reported.flatMap(row ->
                            policy.map(used -> new CountedRow(day, used, row.row(), 1, row.triggers() ? 1 : 0)))));
        }
        return reported.isPresent();
    }

    private static VerdictEvent event(ReportedMessage message, Optional<CountedRow> counted) {
        return new VerdictEvent(
                Instant.ofEpochSecond(message.second()),
                ReportedText.line(Octets.utf8(message.queueId()), MAX_TEXT),
                message.facts().dmarcKeyword(),
                message.decision().verdict().keyword(),
                ReportedText.line(Octets.utf8(message.decision().rule()), MAX_TEXT),
                counted);
    }

    private CollectedPolicy add(int day, MessageRow reported) {
        CollectedPolicy policy = policies.computeIfAbsent(
                new PolicySource(
                        reported.published().policyDomain(),
                        reported.method(),
                        reported.published().record().text()),
                unused -> PolicyColumns.of(reported.published(), reported.method()));
        Count count = rows.computeIfAbsent(new Key(day, policy, reported.row()), key -> {
            octets += OCTETS_OF_A_ROW
                    + reported.row().auth().length()
                    + reported.row().reasons().length()
                    + policy.record().length();
            return new Count(key);
        });
        if (count.messages == count.journaledMessages) {
            grownRows.add(count);
        }
        count.messages++;
        count.triggers += reported.triggers() ? 1 : 0;
        return policy;
    }

    /** Notes messages that could not be counted. */
    void addLost(int day, long messages) {
        if (messages > 0) {
            lost.merge(day, messages, Long::sum);
            grownLost.merge(day, messages, Long::sum);
        }
    }

    /** Whether it should become a segment now. */
    boolean isFull() {
        return rows.size() >= MAX_ROWS || octets >= MAX_OCTETS || traffic.size() >= MAX_TRAFFIC;
    }

    boolean isEmpty() {
        return rows.isEmpty() && traffic.isEmpty() && lost.isEmpty();
    }

    /** What was counted until now. */
    Segment segment(String hostId, long sequence, long through) {
        return new Segment(
                hostId,
                sequence,
                through,
                rows.values().stream().map(Count::row).toList(),
                traffic,
                lost);
    }

    /** Whether anything was counted that the journal does not have. */
    boolean hasGrown() {
        return !grownTraffic.isEmpty() || !grownLost.isEmpty();
    }

    /** What was counted since {@link #journaled}, as a segment with the number of the whole. */
    Segment growth(String hostId, long sequence, long through) {
        return new Segment(
                hostId, sequence, through, grownRows.stream().map(Count::grown).toList(), grownTraffic, grownLost);
    }

    /** Notes that the journal has what was counted until now. */
    void journaled() {
        for (Count count : grownRows) {
            count.journaledMessages = count.messages;
            count.journaledTriggers = count.triggers;
        }
        grownRows.clear();
        grownTraffic.clear();
        grownLost.clear();
    }

    /** Begins again from zero. */
    void clear() {
        rows.clear();
        traffic.clear();
        lost.clear();
        policies.clear();
        grownRows.clear();
        grownTraffic.clear();
        grownLost.clear();
        octets = 0;
    }

    /**
     * Begins again from zero, and notes the messages of the rows as lost.
     *
     * @return how many there are
     */
    long lose() {
        Map<Integer, Long> kept = new HashMap<>(lost);
        rows.forEach((key, count) -> kept.merge(key.day(), count.messages, Long::sum));
        long messages =
                rows.values().stream().mapToLong(count -> count.messages).sum();
        clear();
        kept.forEach(this::addLost);
        return messages;
    }
}
