package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceRetentionTest {
    @TempDir
    private Path temp;

    @Test
    void messagesAreRemovedAfterTheirDaysAlthoughTheClockWasOnceFarAhead() throws Exception {
        StoreLocation location = new StoreLocation.File(temp.resolve("store.db"));
        try (Store store = Store.openForWriting(location)) {
            TraceTable table = new TraceTable(store);
            TraceRetention retention = new TraceRetention(store, table, new TraceSettings(1, 512L << 20, true));
            retention.run(TracedMessages.TIME.plus(Duration.ofDays(30)));
            store.commit();
            RunningTrace.trace(location, TracedMessages.message("4Abc", "<m1@sender.example>", TracedMessages.GENUINE));
            for (int days = 1; days <= 2; days++) {
                retention.run(TracedMessages.TIME.plus(Duration.ofDays(days)));
                store.commit();
            }
            assertThat(table.oldest(TraceRetention.STEP_ROWS, Long.MAX_VALUE).rows())
                    .isZero();
        }
    }

    @Test
    void aClockThatIsFarAheadForAnHourRemovesNoMessage() throws Exception {
        StoreLocation location = new StoreLocation.File(temp.resolve("store.db"));
        RunningTrace.trace(location, TracedMessages.message("4Abc", "<m1@sender.example>", TracedMessages.GENUINE));
        try (Store store = Store.openForWriting(location)) {
            TraceTable table = new TraceTable(store);
            TraceRetention retention = new TraceRetention(store, table, new TraceSettings(1, 512L << 20, true));
            retention.run(TracedMessages.TIME);
            for (int minutes = 0; minutes <= 60; minutes++) {
                retention.run(TracedMessages.TIME.plus(Duration.ofDays(4000).plusMinutes(minutes)));
                store.commit();
            }
            assertThat(table.oldest(TraceRetention.STEP_ROWS, Long.MAX_VALUE).rows())
                    .isEqualTo(1);
        }
    }
}
