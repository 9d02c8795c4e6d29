package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.smtp.HeaderField;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Limits hold for all hosts of a store together, although the hosts work at the same time. */
class SharedLimitsTest {
    private static final int DOMAINS = 24;
    private static final int HOSTS = 3;
    private static final String OWNER = "host";

    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    private interface Host {
        void run(String owner, CyclicBarrier start) throws Exception;
    }

    private static void atOnce(Host host) throws Exception {
        CyclicBarrier start = new CyclicBarrier(HOSTS);
        try (ExecutorService threads = Executors.newFixedThreadPool(HOSTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                String owner = OWNER + i;
                running.add(threads.submit(() -> {
                    host.run(owner, start);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(120, TimeUnit.SECONDS);
            }
        }
    }

    private static String domain(int number) {
        return "d" + number + ".example.org";
    }

    private static long number(StoreLocation store, String sql) throws Exception {
        return Long.parseLong(StoredDay.query(store, sql).getFirst());
    }

    /** Hosts compose the reports of one day at the same time. Returns the number of deliveries. */
    private static long aggregate(StoreLocation store, SendSettings.Limits limits) throws Exception {
        StoredDay.prepare(store);
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.example.org", "v=DMARC1; p=none");
        for (int i = 0; i < DOMAINS; i++) {
            SendFixture.asking(zone, domain(i), "mailto:a@example.org,mailto:b" + i + "@example.org");
            StoredDay.add(store, SendFixture.DAY, domain(i), 1, true);
        }
        SendSettings settings = SendFixture.with(SendSettings.OFF.choice(), limits);
        SendFixture planner = new SendFixture(store, zone);
        // Planned without limits: it is the limits of composing that are tried.
        planner.settings = SendFixture.with(SendSettings.OFF.choice(), new SendSettings.Limits(1_000, 1_000, 1_000));
        try (SendRun run = planner.open("planner")) {
            run.pass(planner.policy());
        }
        atOnce((owner, start) -> {
            SendFixture host = new SendFixture(store, zone);
            host.settings = settings;
            host.clock.advance(Duration.ofHours(20));
            try (SendRun run = host.open(owner)) {
                start.await();
                host.runUntil(run, host.clock.instant().plus(Duration.ofMinutes(1)));
            }
        });
        return number(store, "SELECT count(*) FROM report_delivery");
    }

    private static void neverMoreAggregateReports(StoreLocation toOne, StoreLocation aDay) throws Exception {
        assertThat(aggregate(toOne, new SendSettings.Limits(1_000, 7, 1_000))).isEqualTo(DOMAINS + 7);
        assertThat(number(toOne, "SELECT count(*) FROM report_delivery WHERE address = 'a@example.org'"))
                .isEqualTo(7);
        assertThat(aggregate(aDay, new SendSettings.Limits(13, 1_000, 1_000))).isEqualTo(13);
    }

    /** Hosts have failures of all domains at the same moment. Returns the number of deliveries. */
    private static long failures(StoreLocation store, int perAddress, int perHour, String ruf) throws Exception {
        StoredDay.prepare(store);
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.example.org", "v=DMARC1; p=none");
        Set<DomainName> domains = new HashSet<>();
        for (int i = 0; i < DOMAINS; i++) {
            zone.txt("_dmarc." + domain(i), "v=DMARC1; p=reject; ruf=mailto:" + ruf.formatted(i));
            domains.add(DomainName.of(domain(i)));
        }
        atOnce((owner, start) -> {
            SendFixture host = new SendFixture(store, zone);
            host.failures = new FailureSettings(domains, Optional.empty(), false, 32 << 10, perAddress, perHour);
            for (int i = 0; i < DOMAINS; i++) {
                host.failed.offer(FailedMessage.of(
                                JudgedMail.forged()
                                        .author(domain(i))
                                        .dmarc(domain(i), "v=DMARC1; p=reject; ruf=mailto:x@example.org")
                                        .outcome(),
                                domains,
                                List.of(),
                                host.clock.instant(),
                                "mx.receiver.example",
                                List.of(HeaderField.of("From", " <a@" + domain(i) + ">")))
                        .orElseThrow());
            }
            try (SendRun run = host.open(owner)) {
                start.await();
                run.pass(host.policy());
            }
        });
        return number(store, "SELECT count(*) FROM report_delivery WHERE kind = 'failure'");
    }

    private static void neverMoreFailureReports(StoreLocation inAll, StoreLocation toOne) throws Exception {
        assertThat(failures(inAll, 20, 11, "ruf%d@example.org")).isEqualTo(11);
        assertThat(failures(toOne, 20, 60, "ruf@example.org"))
                .as("one in a minute")
                .isEqualTo(1);
    }

    @Nested
    class InAFile {
        @TempDir
        private Path temp;

        private StoreLocation file(String name) {
            return new StoreLocation.File(temp.resolve(name));
        }

        @Test
        void neverMoreAggregateReportsThanTheLimit() throws Exception {
            neverMoreAggregateReports(file("address"), file("day"));
        }

        @Test
        void neverMoreFailureReportsThanTheLimit() throws Exception {
            neverMoreFailureReports(file("all"), file("one"));
        }
    }

    @Nested
    class InPostgresql {
        @Test
        void neverMoreAggregateReportsThanTheLimit() throws Exception {
            neverMoreAggregateReports(
                    POSTGRESQL.newDatabase("limit_of_address"), POSTGRESQL.newDatabase("limit_of_day"));
        }

        @Test
        void neverMoreFailureReportsThanTheLimit() throws Exception {
            neverMoreFailureReports(POSTGRESQL.newDatabase("limit_of_all"), POSTGRESQL.newDatabase("limit_of_one"));
        }
    }
}
