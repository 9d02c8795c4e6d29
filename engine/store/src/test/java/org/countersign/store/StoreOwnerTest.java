package org.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Root reads the store of a service that runs as another user, and the service can still write afterwards. */
class StoreOwnerTest {
    private static final String USER = "nobody";
    private static final String GROUP = "nogroup";

    /** Opens the file as the service does, and inserts the number of each line that it reads. */
    private static final String SERVICE = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None)
            for line in sys.stdin:
                store.execute("INSERT INTO version VALUES (?)", (int(line),))
                print("inserted", flush=True)
            """;

    private Path directory;
    private StoreLocation.File file;

    @BeforeEach
    void create() throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                "only root can run a program as another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        directory = Files.createTempDirectory("countersign-store");
        file = new StoreLocation.File(directory.resolve("store.db"));
        Store.openForWriting(file).close();
        run("chown", "-R", USER + ":" + GROUP, directory.toString());
        run("chmod", "0750", directory.toString());
    }

    @AfterEach
    void remove() throws Exception {
        if (directory != null) {
            run("rm", "-rf", directory.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** The service, which writes on request. */
    private final class Service implements AutoCloseable {
        private final Process process = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + USER,
                        "--regid=" + GROUP,
                        "--clear-groups",
                        "/usr/bin/python3",
                        "-c",
                        SERVICE,
                        file.path().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        private final BufferedReader answers = process.inputReader();
        private final BufferedWriter requests = process.outputWriter();

        Service() throws IOException {}

        void insert(int number) throws IOException {
            requests.write(number + "\n");
            requests.flush();
            assertThat(answers.readLine()).isEqualTo("inserted");
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    private long rows() throws Exception {
        long rows;
        try (Store reader = Store.openForReading(file);
                Statement statement = reader.connection().createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM version")) {
            result.next();
            rows = result.getLong(1);
        }
        for (Path path : files()) {
            assertThat(Files.getOwner(path).getName()).as(path.toString()).isEqualTo(USER);
        }
        return rows;
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aReaderLeavesNothingThatTheServiceCannotOpen() throws Exception {
        long migrations = rows();
        assertThat(files()).containsExactly(file.path());
        try (Service service = new Service()) {
            service.insert(-1);
            assertThat(rows()).isEqualTo(migrations + 1);
            service.insert(-2);
            assertThat(rows()).isEqualTo(migrations + 2);
        }
        // The service was killed: its log is still there, and has all that the file lacks.
        assertThat(files()).hasSize(3);
        assertThat(rows()).isEqualTo(migrations + 2);
        try (Service service = new Service()) {
            service.insert(-3);
            assertThat(rows()).isEqualTo(migrations + 3);
        }
        // As in a copy of the file with its log alone.
        Files.delete(directory.resolve("store.db-shm"));
        assertThat(rows()).isEqualTo(migrations + 3);
        try (Service service = new Service()) {
            service.insert(-4);
            assertThat(rows()).isEqualTo(migrations + 4);
        }
    }

    @Test
    void aStoreThatRootMakesInTheDirectoryOfTheServiceBelongsToTheService() throws Exception {
        run("find", directory.toString(), "-type", "f", "-delete");
        try (Store store = Store.openForWriting(file)) {
            assertThat(store.connection().isValid(0)).isTrue();
            assertThat(files())
                    .isNotEmpty()
                    .allSatisfy(
                            path -> assertThat(Files.getOwner(path).getName()).isEqualTo(USER));
        }
    }
}
