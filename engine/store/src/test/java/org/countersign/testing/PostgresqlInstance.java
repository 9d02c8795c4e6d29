package org.countersign.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.countersign.store.StoreLocation;

/** A private PostgreSQL server of Debian's package, in a directory of its own, on a port of the loopback interface. */
public final class PostgresqlInstance implements AutoCloseable {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String USER = "countersign";

    private final Path programs;
    private final Path directory;
    private final int port;

    private PostgresqlInstance(Path programs, Path directory, int port) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
    }

    /** Starts a server, or skips the test where PostgreSQL is not installed. */
    public static PostgresqlInstance start() throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        assumeTrue(programs.isPresent(), "PostgreSQL (package postgresql) is not installed");
        Path directory = Files.createTempDirectory("countersign-postgresql");
        if (isRoot()) {
            // The server refuses to run as root.
            execute(List.of("chown", "nobody:nogroup", directory.toString()));
        }
        PostgresqlInstance server = new PostgresqlInstance(programs.orElseThrow(), directory, FreePort.find());
        server.run("initdb", "-D", server.data(), "-U", USER, "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync");
        server.startServer();
        server.execute("CREATE DATABASE trace");
        return server;
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** Starts the server again after {@link #stopServer}. */
    public void startServer() throws IOException, InterruptedException {
        run(
                "pg_ctl",
                "-D",
                data(),
                "-l",
                directory.resolve("log").toString(),
                "-w",
                "-o",
                "-c listen_addresses=127.0.0.1"
                        + " -c port=" + port + " -c unix_socket_directories=" + directory
                        + " -c shared_buffers=16MB -c fsync=off",
                "start");
    }

    /** Ends all connections and stops. */
    public void stopServer() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
    }

    /** Ends all processes of the server at once, as a crash does. */
    public void killServer() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    /** The TCP port. */
    public int port() {
        return port;
    }

    /** A database of this server. */
    public StoreLocation.Database location(String database) {
        return new StoreLocation.Database(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, Optional.of(USER), Optional.empty());
    }

    /** Creates an empty database. */
    public StoreLocation.Database newDatabase(String name) throws IOException, InterruptedException {
        return newDatabase(name, name);
    }

    StoreLocation.Database newDatabase(String definition, String name) throws IOException, InterruptedException {
        execute("CREATE DATABASE " + definition);
        return location(name);
    }

    private void execute(String sql) throws IOException, InterruptedException {
        run("psql", "-h", directory.toString(), "-p", Integer.toString(port), "-U", USER, "-d", "postgres", "-c", sql);
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        command.addAll(
                List.of("env", "-i", "PATH=" + programs + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "PGCTLTIMEOUT=200"));
        command.add(programs.resolve(program).toString());
        command.addAll(Arrays.asList(arguments));
        execute(command);
    }

    private static void execute(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("countersign-postgresql", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .directory(Path.of("/").toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(240, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + ": " + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
            execute(List.of("rm", "-rf", directory.toString()));
        } catch (InterruptedException early) {
            Thread.currentThread().interrupt();
        }
    }
}
