package org.countersign.dns.cache;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/** A client with scripted answers, which counts queries and can delay its answers. */
final class ScriptedUpstream implements DnsClient {
    private final List<DnsQuery<?>> asked = new CopyOnWriteArrayList<>();
    private final List<Instant> deadlines = new CopyOnWriteArrayList<>();
    private final Semaphore arrivals = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Function<DnsQuery<?>, DnsAnswer<?>> script;

    ScriptedUpstream(Function<DnsQuery<?>, DnsAnswer<?>> script) {
        this.script = script;
    }

    void script(Function<DnsQuery<?>, DnsAnswer<?>> newScript) {
        script = newScript;
    }

    void answer(DnsAnswer<?> answer) {
        script = query -> answer;
    }

    /** Holds back what is asked from now on. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    /** Waits until this many more queries have arrived. */
    void awaitArrivals(int count) throws InterruptedException {
        arrivals.acquire(count);
    }

    int queries() {
        return asked.size();
    }

    List<Instant> deadlines() {
        return deadlines;
    }

    // The tests script answers of the kind asked for.
    @SuppressWarnings("unchecked")
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        CountDownLatch heldBy = gate;
        Function<DnsQuery<?>, DnsAnswer<?>> current = script;
        asked.add(query);
        deadlines.add(deadline);
        arrivals.release();
        try {
            heldBy.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("a lookup was interrupted", interrupted);
        }
        return (DnsAnswer<R>) current.apply(query);
    }
}
