package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.countersign.store.StoreLocation;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to the trace is found again, in an SQLite file and in PostgreSQL. */
class TraceTest {
    @TempDir
    private static Path temp;

    @Nested
    class InAFile extends TraceBehaviour {
        private static int files;

        @Override
        StoreLocation newLocation() {
            return new StoreLocation.File(temp.resolve("store" + files++ + ".db"));
        }
    }

    @Nested
    class InPostgresql extends TraceBehaviour {
        private static PostgresqlInstance server;
        private static int databases;

        @BeforeAll
        static void start() throws Exception {
            server = PostgresqlInstance.start();
        }

        @AfterAll
        static void stop() throws Exception {
            if (server != null) {
                server.close();
            }
        }

        @Override
        StoreLocation newLocation() throws Exception {
            return server.newDatabase("trace" + databases++);
        }

        @Test
        void aServerThatWasAwayLosesNothing() throws Exception {
            try (RunningTrace trace = RunningTrace.start(location, SETTINGS)) {
                trace.write(List.of(TracedMessages.message("Q1", "", TracedMessages.FORGED)));
                server.stopServer();
                trace.writer.accept(TracedMessages.message("Q2", "", TracedMessages.FORGED));
                trace.awaitEvent("not-traced");
                trace.writer.accept(TracedMessages.message("Q3", "", TracedMessages.FORGED));
                server.startServer();
                trace.awaitWritten(3);
                assertThat(trace.writer.lost()).isZero();
                assertThat(trace.events)
                        .extracting(event -> event.name())
                        .containsExactly("tracing", "not-traced", "tracing-again");
            }
            try (TraceReader reader = TraceReader.open(location)) {
                assertThat(reader.latest(ALL, 10))
                        .extracting(TraceEntry::queueId)
                        .containsExactly("Q3", "Q2", "Q1");
            }
        }
    }
}
