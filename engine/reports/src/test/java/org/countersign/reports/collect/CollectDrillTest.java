package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.store.StoreLocation;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.Test;

/** Counts stay right while the store is away. */
class CollectDrillTest extends CollectDrill {
    @Test
    void messagesAreCountedOnceAndByKind() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 3);
        host.receive(genuine, 4);
        storeMinute(host);
        assertThat(CollectingHost.sum(store(), "SELECT count(*) FROM report_row"))
                .isEqualTo(2);
        assertThat(CollectingHost.messages(store())).isEqualTo(7);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_traffic WHERE verdict = 'reject'"))
                .isEqualTo(3);
        assertThat(files(".segment")).isEmpty();
        host.kill();
    }

    @Test
    void aStoreThatIsAwayForAnHourCostsNothing() throws Exception {
        StoreLocation away = new StoreLocation.File(directory.resolve("away/store.db"));
        CollectingHost host = CollectingHost.of(spool(), away, clock);
        for (int minute = 0; minute < 60; minute++) {
            host.receive(forged, 500);
            host.receive(genuine, 500);
            host.minute();
            host.attempt();
        }
        assertThat(host.rejected.sum() + host.dropped.sum()).isZero();
        assertThat(host.eventNames().stream().filter("counts-waiting"::equals)).hasSizeBetween(1, 7);
        Files.createDirectory(directory.resolve("away"));
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(away)).isEqualTo(60_000);
        assertThat(host.eventNames()).endsWith("counts-stored");
        host.kill();
    }

    @Test
    void aStoreThatIsAwayForAnHourCostsNothingWhileSeveralThreadsReceive() throws Exception {
        StoreLocation away = new StoreLocation.File(directory.resolve("away/store.db"));
        CollectingHost host = CollectingHost.of(spool(), away, clock);
        try (ExecutorService receiving = Executors.newFixedThreadPool(4)) {
            for (int minute = 0; minute < 60; minute++) {
                List<Future<?>> threads = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    ReportedMessage message = thread % 2 == 0 ? forged : genuine;
                    threads.add(receiving.submit(() -> host.receive(message, 500)));
                }
                // Counted and tried while they come.
                while (threads.stream().anyMatch(thread -> !thread.isDone())) {
                    host.count();
                    host.attempt();
                }
                host.minute();
            }
        }
        assertThat(host.rejected.sum() + host.dropped.sum()).isZero();
        Files.createDirectory(directory.resolve("away"));
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(away)).isEqualTo(60 * 4 * 500);
        host.kill();
    }

    @Test
    void attemptsBecomeRarer() {
        CollectingHost host =
                CollectingHost.of(spool(), new StoreLocation.File(directory.resolve("away/store.db")), clock);
        host.receive(forged, 1);
        host.minute();
        assertThat(host.attempt()).isLessThan(Duration.ofSeconds(2));
        for (int i = 0; i < 10; i++) {
            host.attempt();
        }
        assertThat(host.attempt()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void postgresqlTakesTheSameCountsAgainAfterItWasAway() throws Exception {
        try (PostgresqlInstance server = PostgresqlInstance.start()) {
            StoreLocation database = server.newDatabase("counts");
            CollectingHost.sum(database, "SELECT 1");
            CollectingHost host = CollectingHost.of(spool(), database, clock);
            host.receive(forged, 5);
            storeMinute(host);
            server.stopServer();
            host.receive(genuine, 3);
            host.minute();
            assertThat(host.flush()).isFalse();
            server.startServer();
            assertThat(host.flush()).isTrue();
            assertThat(CollectingHost.messages(database)).isEqualTo(8);
            host.kill();
        }
    }
}
