package org.countersign.reports.collect;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;

/** One run of the program on a host, without threads: a test does each step, and may kill the process between two steps. */
final class CollectingHost {
    final List<LogEvent> events = new ArrayList<>();
    final LongAdder rejected = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final SpoolAccess access;
    private final ManualClock clock;
    private final Aggregation aggregation = new Aggregation(false, Set.of(), VerdictSink.NONE);
    private final MessageCounter counter;
    private final SpoolFlusher flusher;

    /** The process ends between two steps. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    CollectingHost(Path spool, long spoolSize, StoreLocation store, ManualClock clock, Consumer<CollectStep> steps) {
        this.clock = clock;
        CollectLog log = new CollectLog(events::add, () -> rejected.sum() + dropped.sum());
        access = new SpoolAccess(spool, spoolSize, steps, open -> {});
        counter = new MessageCounter(aggregation, access, clock, rejected, dropped, log);
        flusher = new SpoolFlusher(access, store, CollectSettings.OFF.keep(), clock, () -> "host", log, steps);
    }

    static CollectingHost of(Path spool, StoreLocation store, ManualClock clock) {
        return new CollectingHost(spool, 256L << 20, store, clock, CollectStep.UNOBSERVED);
    }

    /** Takes messages that are decided on now. */
    void receive(ReportedMessage message, int count) {
        for (int i = 0; i < count; i++) {
            ReportedMessage now =
                    new ReportedMessage(clock.instant().getEpochSecond(), "", message.facts(), message.decision());
            if (!aggregation.add(now)) {
                rejected.increment();
            }
        }
    }

    void count() {
        counter.run();
    }

    /** A minute passes, and a segment is due. */
    void minute() {
        clock.advance(Duration.ofMinutes(1));
        counter.run();
    }

    void end() {
        counter.end();
        flusher.close();
        access.close();
    }

    /** Moves all segments to the store, as long as that works. */
    boolean flush() {
        while (segments() > 0) {
            flusher.run();
            if (flusher.isFailing()) {
                return false;
            }
        }
        return true;
    }

    /** One attempt. */
    Duration attempt() {
        return flusher.run();
    }

    /** What the operating system does after kill -9: the connection and the lock end. */
    void kill() {
        flusher.close();
        access.close();
    }

    long segments() {
        return access.ifOpen().map(open -> open.spool().segments()).orElse(0L);
    }

    List<String> eventNames() {
        return events.stream().map(LogEvent::name).toList();
    }

    static long sum(StoreLocation store, String query) throws StoreFailure, SQLException {
        try (Store open = Store.openForWriting(store);
                Statement statement = open.connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    static long messages(StoreLocation store) throws StoreFailure, SQLException {
        return sum(store, "SELECT sum(messages) FROM report_row");
    }

    static Instant midnight() {
        return Instant.parse("2026-11-29T00:00:00Z");
    }
}
