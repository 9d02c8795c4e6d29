package org.countersign.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Records the DNS queries of one message with their answers. Switched off, it does nothing: {@link #recording} returns
 * the client itself. Safe for the threads that work for the message.
 *
 * <p>At most {@value #MAX_QUERIES} queries are kept, {@value #MAX_ANSWER_OCTETS} octets of each answer, and
 * {@value #MAX_OCTETS} octets of all of them, by the estimate of {@link DnsRecord#weight()}.
 */
public final class DnsRecorder {
    /** Records nothing. */
    public static final DnsRecorder OFF = new DnsRecorder(InstantSource.fixed(Instant.EPOCH), false);

    /** More than the limits on the queries of one message allow. */
    static final int MAX_QUERIES = 320;

    static final int MAX_ANSWER_OCTETS = 4 * 1024;
    static final int MAX_OCTETS = 64 * 1024;

    private final boolean on;
    private final InstantSource clock;
    private final Instant begun;
    private final ReentrantLock lock = new ReentrantLock();
    // The following are guarded by the lock.
    private final List<InFlight> queries = new ArrayList<>(0);
    private int omitted;
    private long octetsLeft = MAX_OCTETS;

    private DnsRecorder(InstantSource clock, boolean on) {
        this.on = on;
        this.clock = MeasuringClock.monotonicOf(clock);
        this.begun = this.clock.instant();
    }

    /**
     * Begins to record the queries of one message.
     *
     * @param clock measures the times of queries, with its monotonic clock if it has one
     */
    public static DnsRecorder of(InstantSource clock) {
        return new DnsRecorder(clock, true);
    }

    /** Whether queries are recorded. */
    public boolean isOn() {
        return on;
    }

    /** The client with its queries recorded; the client itself if nothing is recorded. */
    public DnsClient recording(DnsClient client) {
        return on ? new RecordingClient(client) : client;
    }

    /** The queries until now. */
    public DnsTrace trace() {
        if (!on) {
            return DnsTrace.NONE;
        }
        lock.lock();
        try {
            List<DnsTrace.Recorded> recorded = new ArrayList<>(queries.size());
            for (InFlight query : queries) {
                recorded.add(query.recorded());
            }
            return new DnsTrace(recorded, omitted);
        } finally {
            lock.unlock();
        }
    }

    /** A query, and its answer after it has arrived. Guarded by the lock. */
    private static final class InFlight {
        private final DnsQuery<?> query;
        private final Duration asked;
        private @Nullable DnsAnswer<?> answer;
        private long omittedOctets;
        private Duration took = Duration.ZERO;

        InFlight(DnsQuery<?> query, Duration asked) {
            this.query = query;
            this.asked = asked;
        }

        DnsTrace.Recorded recorded() {
            return new DnsTrace.Recorded(query, Optional.ofNullable(answer), omittedOctets, asked, took);
        }
    }

    /** The query is recorded when it is made, so that the order is that of the message's work. */
    private Optional<InFlight> begin(DnsQuery<?> query) {
        Duration asked = Duration.between(begun, clock.instant());
        lock.lock();
        try {
            if (queries.size() == MAX_QUERIES) {
                omitted++;
                return Optional.empty();
            }
            InFlight added = new InFlight(query, asked);
            queries.add(added);
            return Optional.of(added);
        } finally {
            lock.unlock();
        }
    }

    private void end(InFlight query, DnsAnswer<?> answer) {
        Duration ended = Duration.between(begun, clock.instant());
        lock.lock();
        try {
            AnswerExcerpt<?> excerpt = AnswerExcerpt.of(answer, Math.min(MAX_ANSWER_OCTETS, octetsLeft));
            query.answer = excerpt.answer();
            query.omittedOctets = excerpt.omittedOctets();
            query.took = ended.minus(query.asked);
            octetsLeft -= excerpt.answer().weight();
        } finally {
            lock.unlock();
        }
    }

    private final class RecordingClient implements DnsClient {
        private final DnsClient client;

        RecordingClient(DnsClient client) {
            this.client = client;
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            return lookup(query, deadline, QueryPriority.ORDINARY);
        }

        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
            Optional<InFlight> recorded = begin(query);
            DnsAnswer<R> answer = client.lookup(query, deadline, priority);
            recorded.ifPresent(begun -> end(begun, answer));
            return answer;
        }
    }
}
