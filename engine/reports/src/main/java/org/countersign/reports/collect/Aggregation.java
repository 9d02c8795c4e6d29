package org.countersign.reports.collect;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts messages in memory until they become a segment. For any thread. The one that has judged a message counts
 * it: the results are still in the cache of its processor, and none of them need be kept. Another thread takes the counts away.
 * No thread holds the lock while it waits for a disk.
 */
final class Aggregation {
    private static final int MAX_TEXT = 255;
    // Senders choose the domains, and a record may have 2,048 octets.
    private static final int MAX_POLICIES = 256;

    private final VerdictSink sink;
    private final boolean envelopeTo;
    private final Set<String> reportAddresses;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Of the last events. Empty where nobody takes them.
    private final Map<MessageRow.PolicySource, CollectedPolicy> policies = new ConcurrentHashMap<>();

    // Guarded by the lock.
    private CountTable counts = new CountTable();
    private long taken;
    private boolean closed;

    /**
     * @param envelopeTo whether the domain of the recipients is kept
     * @param reportAddresses the addresses that receive reports about our own domains, in lower case
     * @param sink gets an event of each counted message
     */
    Aggregation(boolean envelopeTo, Set<String> reportAddresses, VerdictSink sink) {
        this.sink = sink;
        this.envelopeTo = envelopeTo;
        this.reportAddresses = Set.copyOf(reportAddresses);
    }

    /**
     * Counts a message.
     *
     * @return false if there is no room
     */
    boolean add(ReportedMessage message) {
        Optional<ReportedResult> reported = ReportedResult.of(message);
        RowKey key = reported.isPresent() ? RowKey.of(reported.get(), envelopeTo) : RowKey.of(message);
        boolean triggers = reported.isPresent() && reported.get().triggers(reportAddresses);
        boolean known = addKnown(key, triggers);
        if (!known || sink.isOn()) {
            Segment.Traffic traffic = traffic(message);
            Optional<MessageRow> row = reported.map(each -> MessageRow.of(each, envelopeTo));
            if (!known && !add(key, traffic, row, triggers)) {
                return false;
            }
            if (sink.isOn()) {
                sink.accept(event(message, traffic, row, triggers));
            }
        }
        return true;
    }

    private static Segment.Traffic traffic(ReportedMessage message) {
        return new Segment.Traffic(
                Days.of(message.second()),
                Days.hourOf(message.second()),
                message.facts().dmarcKeyword(),
                message.decision().verdict().keyword(),
                ReportedText.line(message.decision().rule(), MAX_TEXT));
    }

    /** Counts a message if there was one with this key. */
    private boolean addKnown(RowKey key, boolean triggers) {
        lock.lock();
        try {
            return !closed && counts.addKnown(key, triggers);
        } finally {
            lock.unlock();
        }
    }

    private boolean add(RowKey key, Segment.Traffic traffic, Optional<MessageRow> row, boolean triggers) {
        lock.lock();
        try {
            boolean wasFull = counts.isFull();
            boolean added = !closed && counts.add(key, traffic, row, triggers);
            if (!wasFull && counts.isFull()) {
                changed.signal();
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    private VerdictEvent event(
            ReportedMessage message, Segment.Traffic traffic, Optional<MessageRow> row, boolean triggers) {
        return new VerdictEvent(
                Instant.ofEpochSecond(message.second()),
                ReportedText.line(message.queueId(), MAX_TEXT),
                traffic.dmarc(),
                traffic.verdict(),
                traffic.rule(),
                row.map(each -> new CountedRow(traffic.day(), policy(each), each.row(), 1, triggers ? 1 : 0)));
    }

    /** The columns of a policy. Most messages of a minute have the policy of an earlier one. */
    private CollectedPolicy policy(MessageRow row) {
        MessageRow.PolicySource source = row.source();
        CollectedPolicy known = policies.get(source);
        if (known != null) {
            return known;
        }
        CollectedPolicy columns = PolicyColumns.of(row.published(), row.method());
        if (policies.size() >= MAX_POLICIES) {
            policies.clear();
        }
        policies.put(source.copied(), columns);
        return columns;
    }

    /** Notes messages that could not be counted. */
    void addLost(int day, long messages) {
        lock.lock();
        try {
            counts.addLost(day, messages);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for this time, until there are so many counts that they should become a segment, or until {@link #close}. */
    void await(Duration time) {
        lock.lock();
        try {
            long remaining = time.toNanos();
            while (!closed && !counts.isFull() && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException ignored) {
            // Only close ends the thread.
        } finally {
            lock.unlock();
        }
    }

    /** Whether the counts should become a segment now. */
    boolean isFull() {
        lock.lock();
        try {
            return counts.isFull();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return counts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How many messages are counted and in no segment. */
    long messages() {
        lock.lock();
        try {
            return counts.messages();
        } finally {
            lock.unlock();
        }
    }

    /** How many messages are or were in rows. */
    long messagesInRows() {
        lock.lock();
        try {
            // Computed when it is asked for: a sum of its own would cost each message a line of the cache.
            return taken + counts.messagesInRows();
        } finally {
            lock.unlock();
        }
    }

    /** What was counted since the last call. */
    CountTable.Growth grow() {
        lock.lock();
        try {
            return counts.grow();
        } finally {
            lock.unlock();
        }
    }

    /** Makes a growth a part of the next one, because the journal did not take it. */
    void undo(CountTable.Growth growth) {
        lock.lock();
        try {
            counts.undo(growth);
        } finally {
            lock.unlock();
        }
    }

    /** All counts, for a segment. Counting begins again from zero. */
    CountTable take() {
        lock.lock();
        try {
            CountTable all = counts;
            counts = new CountTable();
            taken += all.messagesInRows();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Puts the counts back that were taken last, because they could not become a segment. */
    void putBack(CountTable all) {
        lock.lock();
        try {
            taken -= all.messagesInRows();
            all.addAll(counts);
            counts = all;
        } finally {
            lock.unlock();
        }
    }

    /** Counts no message any more, and ends {@link #await}. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
