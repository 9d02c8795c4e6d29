package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Counts stay right while the spool is full, damaged or not to be written. */
class SpoolDrillTest extends CollectDrill {
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
        storeMinute(again);
        again.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(3);
        assertThat(again.eventNames().stream().filter("segment-damaged"::equals))
                .hasSize(4);
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
        storeMinute(host);
        assertThat(CollectingHost.messages(store())).isEqualTo(15);
        host.kill();
    }

    @Test
    void whatHasRoomNeitherInMemoryNorInTheSpoolIsCountedAsLost() throws Exception {
        CollectingHost host = new CollectingHost(spool(), 10, store(), clock, CollectStep.UNOBSERVED);
        for (int i = 0; i < CountTable.MAX_COUNTS; i++) {
            host.receive(from("10.0." + (i >> 8) + "." + (i & 0xFF)), 1);
        }
        host.count();
        assertThat(host.dropped.sum()).isEqualTo(CountTable.MAX_COUNTS);
        host.receive(genuine, 1);
        host.end();
        CollectingHost roomy = host();
        roomy.receive(forged, 1);
        storeMinute(roomy);
        roomy.kill();
        // The last message before the end was in the journal.
        assertThat(CollectingHost.messages(store())).isEqualTo(1 + 1);
    }

    @Test
    void aStopWithAFullSpoolLosesNothing() throws Exception {
        CollectingHost host = new CollectingHost(spool(), 10, store(), clock, CollectStep.UNOBSERVED);
        host.receive(forged, 5);
        host.end();
        CollectingHost roomy = host();
        roomy.count();
        assertThat(roomy.flush()).isTrue();
        roomy.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(5);
    }

    /** Else a spool that has filled the disk would never become smaller. */
    @Test
    void aDiskThatIsFullAtTheStartDoesNotKeepSegmentsFromTheStore() throws Exception {
        CollectingHost killed = host();
        killed.receive(forged, 5);
        killed.minute();
        killed.receive(genuine, 2);
        killed.count();
        killed.kill();

        CollectingHost again = host();
        again.access.open();
        // The next file cannot be written.
        Path inTheWay = spool().resolve("000000000000001.temporary");
        Path content = Files.createDirectories(inTheWay.resolve("content"));
        again.receive(genuine, 1);
        again.count();
        assertThat(again.flush()).isTrue();
        assertThat(CollectingHost.messages(store())).isEqualTo(5);
        again.minute();
        assertThat(files(".journal")).hasSize(1);

        Files.delete(content);
        Files.delete(inTheWay);
        storeMinute(again);
        again.kill();
        assertThat(CollectingHost.messages(store())).isEqualTo(5 + 2 + 1);
        assertThat(files(".journal")).isEmpty();
    }

    @Test
    void aSpoolThatCannotBeWrittenKeepsTheCountsInMemory() throws Exception {
        Files.writeString(spool(), "a file in place of the directory");
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        assertThat(host.eventNames()).contains("not-counted");
        Files.delete(spool());
        storeMinute(host);
        assertThat(CollectingHost.messages(store())).isEqualTo(5);
        host.kill();
    }
}
