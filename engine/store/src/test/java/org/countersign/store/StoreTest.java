package org.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.countersign.testing.StoreQueries.number;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.countersign.store.StoreFailure.Reason;
import org.countersign.testing.PostgresqlInstance;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a store, and the messages where that is impossible. */
class StoreTest {
    @TempDir
    private Path temp;

    private StoreLocation.File file() {
        return new StoreLocation.File(temp.resolve("store.db"));
    }

    private static StoreFailure failure(Callable<Store> opening) {
        return catchThrowableOfType(StoreFailure.class, () -> opening.call().close());
    }

    private static void execute(Store store, String sql) throws SQLException {
        try (Statement statement = store.connection().createStatement()) {
            statement.execute(sql);
        }
        store.commit();
    }

    @Test
    void aFileIsCreatedForItsUserAndReadableByItsGroup() throws Exception {
        try (Store store = Store.openForWriting(file())) {
            assertThat(number(store, "SELECT max(n) FROM version")).isEqualTo(Migrations.LATEST);
            try (var files = Files.list(temp)) {
                assertThat(files.toList())
                        .hasSize(3)
                        .allSatisfy(
                                path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                                        .isEqualTo("rw-r-----"));
            }
        }
    }

    @Test
    void aFileKeepsItsContentsAndItsModes() throws Exception {
        try (Store store = Store.openForWriting(file())) {
            execute(store, "CREATE TABLE probe (n INTEGER)");
        }
        try (Store store = Store.openForWriting(file())) {
            execute(store, "INSERT INTO probe VALUES (1)");
            assertThat(number(store, "SELECT count(*) FROM probe")).isOne();
            assertThat(number(store, "PRAGMA auto_vacuum")).isEqualTo(2);
            assertThat(number(store, "PRAGMA synchronous")).isOne();
            assertThat(number(store, "PRAGMA busy_timeout")).isEqualTo(5000);
        }
    }

    @Test
    void pathsMayHaveCharactersThatUrisReserve() throws Exception {
        StoreLocation.File odd = new StoreLocation.File(
                Files.createDirectory(temp.resolve("100% a?b#c")).resolve("store?mode=memory.db"));
        Store.openForWriting(odd).close();
        assertThat(odd.path()).isRegularFile();
        Store.openForReading(odd).close();
    }

    @Test
    void aReaderSeesWhatIsCommittedAndNothingElse() throws Exception {
        try (Store writer = Store.openForWriting(file())) {
            execute(writer, "INSERT INTO version VALUES (0)");
            try (Store reader = Store.openForReading(file())) {
                assertThat(number(reader, "SELECT count(*) FROM version")).isEqualTo(Migrations.LATEST + 1);
                execute(writer, "INSERT INTO version VALUES (-1)");
                assertThat(number(reader, "SELECT count(*) FROM version")).isEqualTo(Migrations.LATEST + 2);
                assertThatThrownBy(() -> number(reader, "INSERT INTO version VALUES (-2) RETURNING n"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void aReaderAloneCreatesNoFile() throws Exception {
        Store.openForWriting(file()).close();
        try (Store reader = Store.openForReading(file());
                var files = Files.list(temp)) {
            assertThat(number(reader, "SELECT count(*) FROM version")).isEqualTo(Migrations.LATEST);
            assertThat(files.toList()).containsExactly(file().path());
        }
    }

    @Test
    void aMissingDirectoryIsNamedWithTheCommandThatCreatesIt() {
        Path missing = temp.resolve("none/store.db");
        assertThat(failure(() -> Store.openForWriting(new StoreLocation.File(missing))))
                .hasMessageStartingWith(missing + " lies in a directory that does not exist: create it")
                .hasMessageContaining("-m 0750 " + temp.resolve("none"))
                .extracting(StoreFailure::reason)
                .isEqualTo(Reason.MISSING);
        assertThat(failure(() -> Store.openForReading(new StoreLocation.File(missing))))
                .hasMessageStartingWith(missing + " does not exist: ");
    }

    @Test
    void aFileThatIsNoDatabaseIsToBeMovedAway() throws IOException {
        Files.writeString(file().path(), "Dear diary. ".repeat(500));
        for (StoreFailure failure :
                List.of(failure(() -> Store.openForWriting(file())), failure(() -> Store.openForReading(file())))) {
            assertThat(failure.reason()).isEqualTo(Reason.DAMAGED);
            assertThat(failure)
                    .hasMessageStartingWith(file() + " is not an SQLite file: move it away (mv " + file() + " ");
        }
        assertThat(Files.readString(file().path())).startsWith("Dear diary.");
    }

    @Test
    void aDirectoryIsNoFile() {
        assertThat(failure(() -> Store.openForWriting(new StoreLocation.File(temp))))
                .hasMessage(temp + " is a directory: name a file in it");
    }

    /** Opening a named pipe for reading waits for a writer. */
    @Test
    void aNamedPipeIsRefusedAtOnce() throws Exception {
        Path pipe = temp.resolve("pipe.db");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "cannot make a named pipe");
        StoreLocation.File location = new StoreLocation.File(pipe);
        for (StoreFailure failure :
                List.of(failure(() -> Store.openForReading(location)), failure(() -> Store.openForWriting(location)))) {
            assertThat(failure).hasMessageStartingWith(pipe + " is a named pipe, a socket or a device: move it away");
        }
    }

    @Test
    void aStoreOfANewerVersionIsLeftAlone() throws Exception {
        try (Store store = Store.openForWriting(file())) {
            execute(store, "INSERT INTO version VALUES (" + (Migrations.LATEST + 1) + ")");
        }
        for (StoreFailure failure :
                List.of(failure(() -> Store.openForWriting(file())), failure(() -> Store.openForReading(file())))) {
            assertThat(failure)
                    .hasMessage(file() + " was written by a newer version of Countersign (store version "
                            + (Migrations.LATEST + 1) + ", this program knows " + Migrations.LATEST
                            + "): install that version again, or name another store");
        }
    }

    @Test
    void openingAFileMakesTheIndicesThatAnEarlierBuildLacked() throws Exception {
        Set<String> expected;
        try (Store store = Store.openForWriting(file())) {
            StoreIndices indices = new StoreIndices(store);
            expected = indices.names();
            indices.becomeVersion2();
            assertThat(indices.names()).isNotEqualTo(expected);
        }
        try (Store opened = Store.openForWriting(file())) {
            assertThat(new StoreIndices(opened).names()).isEqualTo(expected);
        }
    }

    @Test
    void aDatabaseWhoseHostIsNotKnownIsReportedWithTheHost() {
        StoreLocation.Database unknown =
                new StoreLocation.Database("jdbc:postgresql://db.invalid/c", Optional.of("c"), Optional.empty());
        assertThat(failure(() -> Store.openForReading(unknown)))
                .hasMessage(
                        unknown + " does not answer: the host db.invalid is not known: check that the server runs and"
                                + " store.url is right");
    }

    @Nested
    class OnPostgresql {
        @Test
        void severalHostsCreateTheTablesOnce() throws Exception {
            try (PostgresqlInstance server = PostgresqlInstance.start();
                    ExecutorService hosts = Executors.newFixedThreadPool(4)) {
                List<Future<Long>> versions = hosts.invokeAll(IntStream.range(0, 4)
                        .<Callable<Long>>mapToObj(host -> () -> {
                            try (Store store = Store.openForWriting(server.location("trace"))) {
                                return number(store, "SELECT count(*) FROM version");
                            }
                        })
                        .toList());
                for (Future<Long> version : versions) {
                    assertThat(version.get()).isEqualTo(Migrations.LATEST);
                }
                try (Store reader = Store.openForReading(server.location("trace"))) {
                    assertThatThrownBy(() -> number(reader, "INSERT INTO version VALUES (9) RETURNING n"))
                            .isInstanceOf(SQLException.class);
                }
                explainsWhatIsWrong(server);
            }
        }

        private void explainsWhatIsWrong(PostgresqlInstance server) throws Exception {
            StoreLocation.Database none = server.location("none");
            assertThat(failure(() -> Store.openForWriting(none)))
                    .hasMessage(none + " does not exist: create it with createdb");
            StoreLocation.Database empty = server.newDatabase("empty");
            assertThat(failure(() -> Store.openForReading(empty)))
                    .hasMessageStartingWith(empty + " has no tables yet: ");
            StoreLocation.Database stranger =
                    new StoreLocation.Database(empty.url(), Optional.of("stranger"), Optional.of(secret("geheim")));
            assertThat(failure(() -> Store.openForWriting(stranger)))
                    .hasMessageStartingWith(empty + " refuses this user: ")
                    .hasMessageNotContaining("geheim");
            server.stopServer();
            assertThat(failure(() -> Store.openForWriting(empty)))
                    .hasMessageStartingWith(empty + " does not answer: ")
                    .extracting(StoreFailure::reason)
                    .isEqualTo(Reason.UNAVAILABLE);
            server.startServer();
        }

        private Path secret(String text) throws IOException {
            Path file = Files.writeString(temp.resolve("password"), text + "\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }

        @Test
        void aPasswordThatOthersCanReadIsRefused() throws IOException {
            Path open = Files.setPosixFilePermissions(secret("geheim"), PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(failure(() -> Store.openForWriting(new StoreLocation.Database(
                            "jdbc:postgresql://127.0.0.1:1/trace", Optional.of("u"), Optional.of(open)))))
                    .hasMessageContaining("chmod 600 " + open);
        }
    }
}
