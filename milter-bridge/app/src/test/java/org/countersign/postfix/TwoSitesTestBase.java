package org.countersign.postfix;

import java.io.IOException;
import java.nio.file.Path;
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

    @AfterEach
    void stop() throws IOException {
        if (sites != null) {
            sites.close();
        }
    }
}
