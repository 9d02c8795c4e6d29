package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.countersign.MessageOutcome;
import org.countersign.metrics.MetricRegistry;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {
    @TempDir
    Path directory;

    private final List<LogEvent> events = new CopyOnWriteArrayList<>();

    private Collector start(StoreLocation store) {
        return Collector.start(
                CollectSettings.OFF,
                directory.resolve("spool"),
                store,
                InstantSource.fixed(JudgedMail.TIME),
                events::add,
                VerdictSink.NONE,
                new MetricRegistry(),
                Duration.ofMinutes(2));
    }

    @Test
    void allMessagesAreInTheStoreAfterTheEnd() throws Exception {
        StoreLocation store = new StoreLocation.File(directory.resolve("store.db"));
        MessageOutcome forged = JudgedMail.forged().outcome();
        try (Collector collector = start(store)) {
            for (int i = 0; i < 100; i++) {
                collector.accept(forged, "");
            }
        }
        assertThat(CollectingHost.messages(store)).as(events.toString()).isEqualTo(100);
    }

    /** A milter and an Apache James on one host, with the default directory: each would write over files of the other. */
    @Test
    void aSpoolBelongsToOneProgramAtATime() throws Exception {
        StoreLocation store = new StoreLocation.File(directory.resolve("store.db"));
        MessageOutcome forged = JudgedMail.forged().outcome();
        Spool.create(directory.resolve("spool"));
        try (SpoolLock other = SpoolLock.take(directory.resolve("spool")).orElseThrow()) {
            try (Collector collector = start(store)) {
                collector.accept(forged, "");
            }
            assertThat(other).isNotNull();
        }
        assertThat(events)
                .filteredOn(event -> event.name().equals("not-counted"))
                .singleElement()
                .satisfies(event -> assertThat(event.pairs().get("problem"))
                        .asString()
                        .contains("is in use by another program")
                        .contains("(reports.spool)"));
        try (Collector collector = start(store)) {
            collector.accept(forged, "");
        }
        assertThat(CollectingHost.messages(store)).isEqualTo(1);
    }

    @Test
    void withoutAStoreTheEndIsQuickAndTheCountsWait() throws Exception {
        MessageOutcome forged = JudgedMail.forged().outcome();
        try (Collector collector = start(new StoreLocation.File(directory.resolve("away/store.db")))) {
            collector.accept(forged, "");
        }
        StoreLocation store = new StoreLocation.File(directory.resolve("store.db"));
        try (Collector collector = start(store)) {
            collector.accept(forged, "");
        }
        assertThat(CollectingHost.messages(store)).as(events.toString()).isEqualTo(2);
    }

    @Test
    void mailFromInsideIsNotCounted() throws Exception {
        StoreLocation store = new StoreLocation.File(directory.resolve("store.db"));
        try (Collector collector = start(store)) {
            collector.accept(new MessageOutcome.PassedThrough(MessageOutcome.PassedThrough.Reason.LOCAL_CLIENT), "");
        }
        assertThat(CollectingHost.sum(store, "SELECT count(*) FROM report_traffic"))
                .isZero();
    }
}
