package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.testing.SharedPostgresql;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two hosts start from one disk, which was copied while its host counted. No message is lost, and the log tells what to do. */
class CopiedSpoolTest extends CollectDrill {
    @RegisterExtension
    static final SharedPostgresql POSTGRESQL = new SharedPostgresql();

    enum Database {
        FILE,
        POSTGRESQL
    }

    private StoreLocation store(Database database, String name) throws Exception {
        return switch (database) {
            case FILE -> store();
            case POSTGRESQL -> POSTGRESQL.newDatabase(name);
        };
    }

    /** A host that starts from a copy of the spool. */
    private Path copy() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        try (Stream<Path> files = Files.list(spool())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static List<LogEvent> conflicts(CollectingHost host) {
        return host.events.stream()
                .filter(event -> event.name().equals("segment-conflict"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void bothHostsCountAndOneTakesANewId(Database database) throws Exception {
        StoreLocation store = store(database, "copied_segments");
        CollectingHost first = CollectingHost.of(spool(), store, clock);
        first.receive(forged, 1);
        storeMinute(first);
        // Counted, but not in the store when the disk is copied.
        first.receive(forged, 10);
        first.minute();
        CollectingHost second = CollectingHost.of(copy(), store, clock);
        for (int i = 0; i < 3; i++) {
            second.receive(genuine, 100);
            storeMinute(second);
            first.receive(genuine, 1000);
            storeMinute(first);
        }
        assertThat(CollectingHost.messages(store)).isEqualTo(1 + 10 + 300 + 3000);
        assertThat(first.eventNames()).contains("host-id-changed").doesNotContain("segment-conflict");
        assertThat(second.eventNames()).doesNotContain("host-id-changed", "segment-conflict");
        assertThat(CollectingHost.sum(store, "SELECT count(*) FROM report_host"))
                .isEqualTo(2);
        first.kill();
        second.kill();
    }

    /** The copy has five of seven messages in its journal. The store cannot tell which: up to five are counted twice. */
    @ParameterizedTest
    @EnumSource
    void theOriginalLosesNothingWhenTheCopyHasStoredAPartOfItsSegment(Database database) throws Exception {
        StoreLocation store = store(database, "copied_journal");
        CollectingHost first = CollectingHost.of(spool(), store, clock);
        first.receive(forged, 5);
        first.count();
        String hostId = first.access.ifOpen().orElseThrow().host().id();
        CollectingHost second = CollectingHost.of(copy(), store, clock);
        second.count();
        assertThat(second.flush()).isTrue();
        assertThat(CollectingHost.messages(store)).isEqualTo(5);

        first.receive(genuine, 2);
        first.minute();
        byte[] segment = Files.readAllBytes(files(".segment").get(0));
        assertThat(first.flush()).isTrue();
        assertThat(CollectingHost.messages(store)).isEqualTo(5 + 7);
        assertThat(CollectingHost.sum(store, "SELECT sum(messages) FROM report_traffic"))
                .isEqualTo(5 + 7);
        assertThat(conflicts(first))
                .singleElement()
                .satisfies(event -> assertThat(event.level()).isEqualTo(Level.ERROR));
        assertThat(conflicts(first).getFirst().toString())
                .contains(hostId, "messages=7", "stored=5", "up to 5 are counted twice", "empty the directory");

        // The answer to the commit may be lost: what is sent again is not counted again.
        first.kill();
        Files.write(spool().resolve("000000000000999.segment"), segment);
        CollectingHost again = CollectingHost.of(spool(), store, clock);
        again.access.open();
        assertThat(again.flush()).isTrue();
        assertThat(CollectingHost.messages(store)).isEqualTo(5 + 7);
        assertThat(conflicts(again)).isEmpty();
        again.kill();
        second.kill();
    }

    /** All that the copy has is in the segment of the original. */
    @ParameterizedTest
    @EnumSource
    void theJournalOfACopyIsNotCountedAgainWhenTheOriginalHasStoredItsSegment(Database database) throws Exception {
        StoreLocation store = store(database, "copied_late");
        CollectingHost first = CollectingHost.of(spool(), store, clock);
        first.receive(forged, 5);
        first.count();
        CollectingHost second = CollectingHost.of(copy(), store, clock);
        first.receive(genuine, 2);
        storeMinute(first);

        second.receive(genuine, 20);
        storeMinute(second);
        assertThat(CollectingHost.messages(store)).isEqualTo(7 + 20);
        assertThat(conflicts(first)).isEmpty();
        assertThat(conflicts(second))
                .singleElement()
                .satisfies(event -> assertThat(event.level()).isEqualTo(Level.WARNING));
        assertThat(conflicts(second).getFirst().toString())
                .contains("messages=5", "stored=7", "nothing is lost or counted twice", "empty the directory");
        first.kill();
        second.kill();
    }

    /**
     * A virtual machine is copied with its memory: both go on with one identity of a run, and neither notices. What the copy counts from
     * the next segment on is counted once.
     */
    @ParameterizedTest
    @EnumSource
    void aCopyWithTheMemoryOfTheOriginalCountsItsLaterMessages(Database database) throws Exception {
        StoreLocation location = store(database, "copied_memory");
        HostIdentity shared = HostIdentity.create(Files.createDirectories(spool()));
        List<SpoolAccess.Open> hosts = List.of(open(shared), open(shared));
        try (Store store = Store.openForWriting(location)) {
            BatchWriter batches = new BatchWriter(store, CollectStep.UNOBSERVED);
            batches.register(shared, "mx", clock.instant());
            for (int minute = 0; minute < 5; minute++) {
                for (SpoolAccess.Open host : hosts) {
                    assertThat(batches.write(segment(host.growing()), shared, clock.instant()))
                            .isEqualTo(new BatchWriter.Result.Added());
                    host.endSegment();
                }
            }
        }
        assertThat(CollectingHost.messages(location)).isEqualTo(2 * 5 * 3);
    }

    private SpoolAccess.Open open(HostIdentity identity) throws IOException {
        Journal journal = new Journal(spool(), CollectStep.UNOBSERVED);
        Spool directory = Spool.open(spool(), 1 << 20, CollectStep.UNOBSERVED);
        return new SpoolAccess.Open(directory, spool(), journal, Optional.empty(), identity);
    }

    private Segment segment(SpoolAccess.SegmentName name) {
        long now = clock.instant().getEpochSecond();
        CountedRow row = new CountedRow(
                Days.of(now),
                RowWriterTest.policy("example.org", "reject", "v=DMARC1; p=reject"),
                RowWriterTest.row("192.0.2.1", Optional.empty()),
                3,
                1);
        return new Segment(name.hostId(), name.sequence(), now, List.of(row), Map.of(), Map.of());
    }
}
