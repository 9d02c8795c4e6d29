package org.countersign.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.importer.ImportRequest;
import org.countersign.syntax.Ascii;
import picocli.CommandLine.Option;

/** The options of all commands of {@code countersign import}. */
final class ImportOptions {
    @Option(
            names = "--root",
            paramLabel = "DIR",
            description =
                    "The directory in which absolute file names of the configuration begin, for a backup or the volume of"
                            + " a container.")
    private Optional<Path> root = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Writes countersign.yaml, domains.table if there are many keys, keys and import-report.md there; never"
                            + " overwrites.")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--table",
            paramLabel = "NAME=FILE",
            description = "The content of a table that is in a database, one line for each key.")
    private Map<String, Path> tables = new LinkedHashMap<>();

    @Option(
            names = "--domains",
            paramLabel = "FILE",
            description = "The domains that exist, one a line, for keys of whatever domain the author has.")
    private Optional<Path> domains = Optional.empty();

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "What HOSTNAME stands for; without --root the name of this machine.")
    private Optional<String> hostname = Optional.empty();

    @Option(
            names = "--resolve",
            description = "Looks up the addresses of names among the trusted clients, and writes the addresses.")
    private boolean resolve;

    @Option(names = "--as-meant", description = "Lets lines count that never matched but whose meaning is plain.")
    private boolean asMeant;

    @Option(names = "--offline", description = "Does not look for the DNS records of the keys.")
    private boolean offline;

    @Option(names = "--json", description = "Prints the report and the files as JSON.")
    private boolean json;

    @Option(names = "--verbose", description = "Shows the lines that are simply kept, too.")
    private boolean verbose;

    private final Map<String, Path> tablesOfOptions = new LinkedHashMap<>();

    /** Adds a table for which a command has an option of its own. */
    void add(String name, Path file) {
        tablesOfOptions.put(name, file);
    }

    ImportRequest request() {
        Map<String, Path> named = new LinkedHashMap<>(tablesOfOptions);
        tables.forEach((name, file) -> named.put(Ascii.lower(name), file));
        return new ImportRequest(
                root,
                named,
                domains,
                hostname.or(() -> root.isPresent() ? Optional.empty() : ownName()),
                name -> resolve ? addresses(name) : List.of(),
                asMeant,
                out.isPresent());
    }

    private static Optional<String> ownName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException nameless) {
            return Optional.empty();
        }
    }

    private static List<InetAddress> addresses(String name) {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }

    Optional<Path> out() {
        return out;
    }

    boolean offline() {
        return offline;
    }

    boolean json() {
        return json;
    }

    boolean verbose() {
        return verbose;
    }
}
