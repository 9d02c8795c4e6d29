package org.countersign.reports.collect;

import java.time.InstantSource;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceLoader;
import org.countersign.metrics.Meter;
import org.countersign.service.FileFailure;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;

/**
 * A system that keeps events of judged messages for its consumers. An implementation is a jar of its own, which an
 * administrator adds to the class path, because most hosts need none.
 */
public interface VerdictBroker {
    /** What to do where there is no implementation. */
    String REMEDY = "put countersign-kafka-sink and kafka-clients into /usr/local/lib/countersign, see docs/scaling.md";

    /** The implementation on the class path; empty if there is none. */
    static Optional<VerdictBroker> find() {
        Iterator<VerdictBroker> found = ServiceLoader.load(VerdictBroker.class).iterator();
        return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
    }

    /**
     * Opens a sink for the events of this host. The broker need not be reachable yet.
     *
     * @param host the name of this host, the source of the events
     * @throws FileFailure if the client's settings cannot be read or are wrong
     */
    VerdictSink open(BrokerClient settings, String host, InstantSource clock, EventLog log, Meter meter)
            throws FileFailure;

    /**
     * Counts the events of all hosts into a store, until the thread is interrupted. Each event is counted exactly once,
     * whatever fails meanwhile. Several processes share the work.
     *
     * @throws FileFailure if the client's settings cannot be read or are wrong
     */
    void consume(BrokerClient settings, StoreLocation store, InstantSource clock, EventLog log) throws FileFailure;
}
