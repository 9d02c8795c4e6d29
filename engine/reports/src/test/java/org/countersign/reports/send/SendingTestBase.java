package org.countersign.reports.send;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.countersign.dns.StaticZone;
import org.countersign.store.StoreLocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store and a zone to which a test adds the domains whose reports are sent. */
abstract class SendingTestBase {
    static final String BOX = "dmarc@one.example";
    static final Instant EVENING = PlannedReport.begin(SendFixture.DAY + 1).plus(Duration.ofHours(8));

    StoreLocation store;
    StaticZone.Builder zone;

    @BeforeEach
    final void prepare(@TempDir Path temp) throws Exception {
        store = new StoreLocation.File(temp.resolve("store.db"));
        StoredDay.prepare(store);
        zone = StaticZone.builder();
    }

    /** A sender that sees the zone as it is now. */
    SendFixture sender() {
        return new SendFixture(store, zone);
    }

    /** A domain asks for reports, and has rows in the store. */
    void publish(String domain, String rua, int rows) throws Exception {
        SendFixture.asking(zone, domain, rua);
        StoredDay.add(store, SendFixture.DAY, domain, rows, true);
    }
}
