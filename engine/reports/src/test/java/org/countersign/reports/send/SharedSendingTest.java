package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several senders of one store send each report once. */
class SharedSendingTest {
    private static final int DOMAINS = 40;
    private static final int SENDERS = 3;

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    @TempDir
    private Path temp;

    private static void sendAtOnce(StoreLocation store) throws Exception {
        StoredDay.prepare(store);
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < DOMAINS; i++) {
            SendFixture.asking(zone, "d" + i + ".example", "mailto:a@d" + i + ".example,mailto:b@d" + i + ".example");
            StoredDay.add(store, SendFixture.DAY, "d" + i + ".example", 1, true);
        }
        SendFixture sender = new SendFixture(store, zone);
        // The hours are over, so that all reports are due within an hour: all senders find all of them due.
        Instant end = PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofHours(40));
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
        // The clocks of hosts agree: a lease means nothing to a host whose clock is days away.
        CyclicBarrier evening = new CyclicBarrier(SENDERS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            String owner = "host" + i;
            running.add(threads.submit(() -> {
                SendFixture mine = new SendFixture(store, zone);
                mine.mails.clear();
                try (SendRun run = sender.openFor(owner, mine)) {
                    mine.runUntil(run, mine.clock.instant().plus(Duration.ofMinutes(1)));
                    evening.await(120, TimeUnit.SECONDS);
                    mine.clock.set(end);
                    mine.runUntil(run, end.plus(Duration.ofMinutes(1)));
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            each.get(120, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(sender.mails).hasSize(2 * DOMAINS);
        assertThat(sender.mails.stream().map(mail -> mail.recipient().toString()))
                .doesNotHaveDuplicates();
        assertThat(StoredDay.query(store, "SELECT state, count(*) FROM report_delivery GROUP BY state"))
                .containsExactly("sent " + 2 * DOMAINS);
        assertThat(StoredDay.query(store, "SELECT count(*) FROM report_out WHERE state = 'composed'"))
                .containsExactly(Integer.toString(DOMAINS));
    }

    @Test
    void processesThatShareAFile() throws Exception {
        sendAtOnce(new StoreLocation.File(temp.resolve("store.db")));
    }

    @Test
    void hostsThatShareADatabase() throws Exception {
        sendAtOnce(POSTGRESQL.newDatabase("sent_once"));
    }
}
