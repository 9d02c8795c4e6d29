package org.countersign.postfix;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two sites with a Postfix each, for the time of a test. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
abstract class TwoSitesTestBase {
    @TempDir
    Path temp;

    @SuppressWarnings("NullAway.Init")
    TwoReportingSites sites;

    @BeforeEach
    void start() throws Exception {
        sites = TwoReportingSites.start(temp);
    }

    Instant day(int number) {
        return sites.day(number);
    }

    ManualClock morning(int day) {
        return sites.morning(day);
    }

    @AfterEach
    void stop() throws IOException {
        if (sites != null) {
            sites.close();
        }
    }
}
