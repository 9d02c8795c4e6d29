package org.countersign.dns.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.QueryPriority;
import org.countersign.domain.DomainName;

/**
 * A client that asks another one, and keeps the answers as a snapshot. It answers with what the snapshot says: a message
 * that is evaluated with it gets the same answers again from the snapshot, even where servers contradict themselves. Safe
 * for use by any number of threads.
 */
public final class DnsRecording implements DnsClient {
    /** Beyond this estimated size answers are not kept any more, and {@link #isComplete} is false. */
    private static final long MAX_OCTETS = 32 * 1024 * 1024;

    private static final int ENTRY_OCTETS = 200;

    private final DnsClient client;
    private final DnsSnapshot earlier;
    private final String asked;
    private final String server;
    private final ReentrantLock lock = new ReentrantLock();
    // The following are guarded by the lock.
    private final SnapshotAnswers answers;
    private final List<SnapshotEntry> added = new ArrayList<>();
    private long octetsLeft = MAX_OCTETS;
    private boolean complete = true;

    /**
     * @param client is asked for what the snapshot does not have
     * @param earlier the answers that are known already; {@link DnsSnapshot#EMPTY} for none
     * @param asked the time of the queries, for the heading of the section
     * @param server whom the client asks, one word
     */
    public DnsRecording(DnsClient client, DnsSnapshot earlier, Instant asked, String server) {
        this.client = client;
        this.earlier = earlier;
        this.asked = asked.toString();
        this.server = server;
        this.answers = SnapshotAnswers.of(earlier.resolverEntries());
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        return lookup(query, deadline, QueryPriority.ORDINARY);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
        lock.lock();
        try {
            if (isKnown(query.name(), query.type().name())) {
                return replayed(query);
            }
        } finally {
            lock.unlock();
        }
        DnsAnswer<R> answer = client.lookup(query, deadline, priority);
        lock.lock();
        try {
            return isKnown(query.name(), query.type().name()) || keep(query, answer) ? replayed(query) : answer;
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(DomainName name, String type) {
        return !(answers.answer(name, type).answer() instanceof SnapshotAnswer.Unknown);
    }

    private <R extends DnsRecord> DnsAnswer<R> replayed(DnsQuery<R> query) {
        return EngineAnswers.of(query, answers.answer(query.name(), query.type().name()), answers);
    }

    /** The snapshot until now: the earlier sections, and one with the new answers. */
    public DnsSnapshot snapshot() {
        lock.lock();
        try {
            List<SnapshotSection> sections = new ArrayList<>(earlier.sections());
            if (!added.isEmpty()) {
                sections.add(new SnapshotSection(asked, server, false, added));
            }
            return new DnsSnapshot(sections);
        } finally {
            lock.unlock();
        }
    }

    /** Whether all answers were kept. */
    public boolean isComplete() {
        lock.lock();
        try {
            return complete;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds an answer; false if there is no room. Nothing is added for a name whose answer is known, so that no later
     * answer changes an earlier one.
     */
    private boolean keep(DnsQuery<?> query, DnsAnswer<?> answer) {
        octetsLeft -= answer.weight() + ENTRY_OCTETS;
        if (octetsLeft < 0) {
            complete = false;
            return false;
        }
        String type = query.type().name();
        Duration ttl = Duration.ofSeconds(answer.metadata().ttl().toSeconds());
        if (answer.isError()) {
            add(failure(query, answer, ttl));
            return true;
        }
        List<DomainName> covered = follow(query, answer.metadata().aliases(), ttl);
        DomainName end = covered.getLast();
        if (!isKnown(query.name(), type)) {
            switch (answer) {
                case DnsAnswer.Found<?> found -> addSet(records(end, query, found, ttl));
                case DnsAnswer.NoData<?> none -> add(new SnapshotEntry.NoData(end, type, ttl));
                case DnsAnswer.NoSuchName<?> none -> add(new SnapshotEntry.NoSuchName(end, ttl));
                case DnsAnswer.BadAnswer<?> bad -> throw new IllegalStateException("an error is kept above");
                case DnsAnswer.Unavailable<?> none -> throw new IllegalStateException("an error is kept above");
            }
            if (answer.metadata().authentic()) {
                covered.forEach(name -> add(new SnapshotEntry.Validated(name, type)));
            }
        }
        return true;
    }

    private void add(SnapshotEntry entry) {
        answers.add(entry);
        added.add(entry);
    }

    private static SnapshotEntry failure(DnsQuery<?> query, DnsAnswer<?> answer, Duration ttl) {
        SnapshotFailure failure = answer instanceof DnsAnswer.Unavailable<?> none
                ? SnapshotFailure.of(none.failure())
                : SnapshotFailure.BAD_ANSWER;
        StringBuilder detail = new StringBuilder();
        answer.failureDetail().chars().forEach(c -> detail.append(c >= ' ' && c <= '~' ? (char) c : '?'));
        return new SnapshotEntry.Failed(query.name(), query.type().name(), failure, ttl, detail.toString());
    }

    /**
     * Adds the aliases of an answer behind those that are known.
     *
     * @return the name of the query and the aliases, to the name whose records are missing
     */
    private List<DomainName> follow(DnsQuery<?> query, List<DomainName> aliases, Duration ttl) {
        while (true) {
            List<DomainName> names = new ArrayList<>();
            names.add(query.name());
            names.addAll(answers.answer(query.name(), query.type().name()).aliases());
            DomainName last = names.getLast();
            int next = names.size() == 1 ? 0 : aliases.indexOf(last) + 1;
            boolean leadsElsewhere = names.size() > 1 && next == 0;
            if (leadsElsewhere
                    || next == aliases.size()
                    || isKnown(query.name(), query.type().name())) {
                return names;
            }
            addSet(List.of(new SnapshotEntry.Resource(
                    last, ttl, "CNAME", List.of(SnapshotRecords.absolute(aliases.get(next))))));
        }
    }

    private static List<SnapshotEntry.Resource> records(
            DomainName owner, DnsQuery<?> query, DnsAnswer.Found<?> found, Duration ttl) {
        String type = query.type().name();
        List<SnapshotEntry.Resource> set = new ArrayList<>();
        for (DnsRecord data : found.records()) {
            SnapshotEntry.Resource entry = new SnapshotEntry.Resource(owner, ttl, type, SnapshotRecords.words(data));
            if (!set.contains(entry)) {
                set.add(entry);
            }
        }
        if (set.isEmpty()) {
            set.add(new SnapshotEntry.Resource(owner, ttl, type, SnapshotRecords.unrepresentable(query.type())));
        }
        return set;
    }

    private void addSet(List<SnapshotEntry.Resource> set) {
        answers.addSet(set);
        added.addAll(set);
    }
}
