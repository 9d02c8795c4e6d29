package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.Connection;
import org.countersign.policy.MessageFacts;
import org.countersign.store.StoreLocation;
import org.countersign.testing.ManualClock;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts stay right while stores, hosts, disks and clocks fail. */
class CollectDrillTest {
    private static ReportedMessage forged;
    private static ReportedMessage genuine;

    @TempDir
    Path directory;

    private final ManualClock clock = ManualClock.at(JudgedMail.TIME);

    @BeforeAll
    static void judge() {
        forged = JudgedMail.forged().message(JudgedMail.TIME);
        genuine = JudgedMail.genuine().message(JudgedMail.TIME);
    }

    private StoreLocation.File store() {
        return new StoreLocation.File(directory.resolve("store.db"));
    }

    private Path spool() {
        return directory.resolve("spool");
    }

    private CollectingHost host() {
        return CollectingHost.of(spool(), store(), clock);
    }

    private CollectingHost killedAt(CollectStep last) {
        return new CollectingHost(spool(), 256L << 20, store(), clock, killAt(last));
    }

    private static Consumer<CollectStep> killAt(CollectStep last) {
        return step -> {
            if (step == last) {
                throw new CollectingHost.Killed();
            }
        };
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(spool())) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void messagesAreCountedOnceAndByKind() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 3);
        host.receive(genuine, 4);
        host.minute();
        assertThat(host.flush()).isTrue();
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

    /** What has no name yet is lost, a minute at most; all else is counted, and once. */
    @ParameterizedTest
    @EnumSource
    void aKilledProcessLosesNothingThatHasAName(CollectStep last) throws Exception {
        CollectingHost first = host();
        first.receive(forged, 10);
        first.minute();
        assertThat(first.flush()).isTrue();
        first.kill();

        CollectingHost killed = killedAt(last);
        Throwable end = catchThrowable(() -> {
            killed.receive(forged, 5);
            killed.minute();
            killed.receive(genuine, 2);
            killed.minute();
            killed.flush();
        });
        assertThat(end).isInstanceOf(CollectingHost.Killed.class);
        killed.kill();

        CollectingHost after = host();
        after.receive(genuine, 1);
        after.minute();
        assertThat(after.flush()).isTrue();
        after.kill();
        long expected = switch (last) {
            case WRITTEN, SYNCED -> 10 + 1;
            // The first of the two segments had its name.
            case RENAMED -> 10 + 5 + 1;
            default -> 10 + 5 + 2 + 1;
        };
        assertThat(CollectingHost.messages(store())).isEqualTo(expected);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_traffic"))
                .isEqualTo(expected);
        assertThat(files(".temporary")).isEmpty();
    }

    @Test
    void aSegmentThatIsSentAgainIsNotCountedAgain() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        byte[] segment = Files.readAllBytes(files(".segment").get(0));
        assertThat(host.flush()).isTrue();
        host.kill();
        Files.write(spool().resolve("000000000000999.segment"), segment);
        Files.write(spool().resolve("000000000001000.segment"), segment);
        CollectingHost again = host();
        again.receive(forged, 1);
        again.minute();
        assertThat(again.flush()).isTrue();
        again.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(6);
        assertThat(files(".segment")).isEmpty();
    }

    @Test
    void tornAndForeignFilesDoNotKeepOthersBack() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        byte[] segment = Files.readAllBytes(files(".segment").get(0));
        Files.write(spool().resolve("-1.segment"), segment);
        Files.write(spool().resolve("000000000000000a.segment"), new byte[0]);
        Files.createDirectory(spool().resolve("000000000000000b.segment"));
        Files.write(files("000.segment").get(0), Arrays.copyOf(segment, segment.length - 1));
        host.receive(genuine, 2);
        host.minute();
        host.kill();
        CollectingHost again = host();
        again.count();
        again.minute();
        again.receive(genuine, 1);
        again.minute();
        assertThat(again.flush()).isTrue();
        again.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(3);
        assertThat(again.eventNames().stream().filter("segment-damaged"::equals))
                .hasSize(4);
    }

    @Test
    void hostsWithACopiedDiskAreToldApart() throws Exception {
        CollectingHost first = host();
        first.receive(forged, 1);
        first.minute();
        assertThat(first.flush()).isTrue();
        // Counted, but not in the store when the disk is copied.
        first.receive(forged, 10);
        first.minute();
        Path copy = directory.resolve("copy");
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(spool())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        CollectingHost second = CollectingHost.of(copy, store(), clock);
        for (int i = 0; i < 3; i++) {
            second.receive(genuine, 100);
            second.minute();
            assertThat(second.flush()).isTrue();
            first.receive(genuine, 1000);
            first.minute();
            assertThat(first.flush()).isTrue();
        }
        assertThat(CollectingHost.messages(store())).isEqualTo(1 + 10 + 300 + 3000);
        assertThat(first.eventNames()).contains("host-id-changed");
        assertThat(second.eventNames()).doesNotContain("host-id-changed");
        assertThat(CollectingHost.sum(store(), "SELECT count(*) FROM report_host"))
                .isEqualTo(2);
        first.kill();
        second.kill();
    }

    @Test
    void aFullSpoolIsToldInTheReports() throws Exception {
        CollectingHost host = new CollectingHost(spool(), 600, store(), clock, CollectStep.UNOBSERVED);
        host.receive(forged, 5);
        host.minute();
        assertThat(host.segments()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            host.receive(genuine, 2);
            host.minute();
        }
        assertThat(host.segments()).isEqualTo(1);
        assertThat(host.eventNames()).contains("not-counted");
        // There is room again before the counts in memory are too many.
        assertThat(host.flush()).isTrue();
        host.minute();
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(store())).isEqualTo(15);
        host.kill();
    }

    @Test
    void whatHasRoomNeitherInMemoryNorInTheSpoolIsCountedAsLost() throws Exception {
        CollectingHost host = new CollectingHost(spool(), 10, store(), clock, CollectStep.UNOBSERVED);
        int rows = Aggregation.MAX_ROWS + 1;
        for (int i = 0; i < rows; i++) {
            host.receive(from("10.0." + (i >> 8) + "." + (i & 0xFF)), 1);
        }
        host.count();
        assertThat(host.dropped.sum()).isEqualTo(Aggregation.MAX_ROWS);
        host.end();
        CollectingHost roomy = host();
        roomy.receive(forged, 1);
        roomy.minute();
        assertThat(roomy.flush()).isTrue();
        roomy.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(1);
    }

    /** The same message from another client. */
    private static ReportedMessage from(String client) {
        MessageFacts facts = forged.facts();
        return new ReportedMessage(
                forged.second(),
                forged.queueId(),
                new MessageFacts(
                        facts.author(),
                        facts.spf(),
                        facts.helo(),
                        facts.signatures(),
                        facts.arc(),
                        facts.dmarc(),
                        new Connection(IpNetwork.parseAddress(client), "", Optional.empty()),
                        facts.envelope(),
                        facts.identities(),
                        facts.headerTooLarge(),
                        facts.tooManyForged(),
                        facts.strayOctet(),
                        facts.persistentTemperror(),
                        facts.report()),
                forged.decision());
    }

    @Test
    void aSpoolThatCannotBeWrittenKeepsTheCountsInMemory() throws Exception {
        Files.writeString(spool(), "a file in place of the directory");
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        assertThat(host.eventNames()).contains("not-counted");
        Files.delete(spool());
        host.minute();
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(store())).isEqualTo(5);
        host.kill();
    }

    @Test
    void aDayEndsAtMidnight() throws Exception {
        clock.set(CollectingHost.midnight().minusSeconds(10));
        CollectingHost host = host();
        host.receive(forged, 3);
        host.count();
        assertThat(host.segments()).isZero();
        clock.set(CollectingHost.midnight().plusSeconds(6));
        host.receive(forged, 4);
        host.count();
        assertThat(host.segments()).isEqualTo(1);
        assertThat(host.flush()).isTrue();
        int day = Days.of(CollectingHost.midnight().getEpochSecond());
        assertThat(CollectingHost.sum(store(), "SELECT messages FROM report_row WHERE day = " + (day - 1)))
                .isEqualTo(3);
        assertThat(CollectingHost.sum(store(), "SELECT messages FROM report_row WHERE day = " + day))
                .isEqualTo(4);
        assertThat(CollectingHost.sum(store(), "SELECT through FROM report_host"))
                .isGreaterThanOrEqualTo(CollectingHost.midnight().getEpochSecond());
        host.kill();
    }

    @Test
    void aHostWithoutMailTellsThatItHasNothingToAdd() throws Exception {
        CollectingHost host = host();
        for (int i = 0; i < 11; i++) {
            host.minute();
        }
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.sum(store(), "SELECT through FROM report_host"))
                .isGreaterThan(JudgedMail.TIME.plusSeconds(500).getEpochSecond());
        host.kill();
    }

    @Test
    void aClockThatIsSetBackOrForwardLosesNothing() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 1);
        host.count();
        clock.set(JudgedMail.TIME.minus(Duration.ofHours(3)));
        host.receive(forged, 2);
        host.count();
        assertThat(host.segments()).isEqualTo(1);
        host.minute();
        assertThat(host.flush()).isTrue();
        clock.set(JudgedMail.TIME.plus(Duration.ofDays(2)));
        host.receive(forged, 4);
        host.count();
        host.minute();
        assertThat(host.flush()).isTrue();
        clock.set(JudgedMail.TIME);
        host.receive(forged, 8);
        host.minute();
        host.minute();
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(store())).isEqualTo(15);
        host.kill();
    }

    @Test
    void rowsOfDaysThatAreClosedAreCountedAsLost() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        clock.advance(SpoolFlusher.MAX_AGE.plusDays(1));
        host.receive(forged, 2);
        host.minute();
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.messages(store())).isEqualTo(2);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_lost"))
                .isEqualTo(5);
        host.kill();
    }

    @Test
    void postgresqlTakesTheSameCountsAgainAfterItWasAway() throws Exception {
        try (PostgresqlInstance server = PostgresqlInstance.start()) {
            StoreLocation database = server.newDatabase("counts");
            CollectingHost.sum(database, "SELECT 1");
            CollectingHost host = CollectingHost.of(spool(), database, clock);
            host.receive(forged, 5);
            host.minute();
            assertThat(host.flush()).isTrue();
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
