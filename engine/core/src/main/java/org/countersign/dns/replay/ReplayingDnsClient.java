package org.countersign.dns.replay;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/**
 * Answers from a snapshot, and asks nobody. A query that is not in the snapshot is a temporary error, and is listed in
 * {@link #missing}. Safe for use by any number of threads.
 */
public final class ReplayingDnsClient implements DnsClient {
    private static final int MAX_MISSING = 1000;
    /** The detail of the answer to a query that is not in the snapshot. */
    static final String NOT_RECORDED = "not in the snapshot";

    private final SnapshotAnswers answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedSet<DnsQuery<?>> missing = new LinkedHashSet<>();

    public ReplayingDnsClient(DnsSnapshot snapshot) {
        this.answers = SnapshotAnswers.of(snapshot.resolverEntries());
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        SnapshotAnswers.Resolved resolved =
                answers.answer(query.name(), query.type().name());
        if (resolved.answer() instanceof SnapshotAnswer.Unknown) {
            addMissing(query);
        }
        return EngineAnswers.of(query, resolved, answers);
    }

    private void addMissing(DnsQuery<?> query) {
        lock.lock();
        try {
            if (missing.size() < MAX_MISSING) {
                missing.add(query);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The queries that are not in the snapshot, each once; at most {@value #MAX_MISSING}. */
    public List<DnsQuery<?>> missing() {
        lock.lock();
        try {
            return List.copyOf(missing);
        } finally {
            lock.unlock();
        }
    }
}
