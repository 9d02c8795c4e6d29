package org.countersign.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.service.PolicyLoader;
import org.countersign.syntax.Escapes;

/** Writes the first lines of the signing table as text. */
final class TablesText {
    // More lines would hide the rules above them.
    private static final int MAX_LINES = 20;

    private TablesText() {}

    static void write(
            Path policyFile, SigningConfiguration signing, List<SigningTableFile.Line> lines, PrintStream out) {
        Optional<Path> table = PolicyLoader.tableFile(policyFile, signing);
        Map<Boolean, List<SigningTableFile.Line>> ofTable = lines.stream()
                .collect(Collectors.partitioningBy(line -> table.map(Path::toString)
                        .filter(line.location().source()::equals)
                        .isPresent()));
        table.ifPresent(file -> write(
                "signing table: " + Escapes.printable(file.toString()), ofTable.getOrDefault(true, List.of()), out));
        if (!signing.templates().isEmpty()) {
            write("key files found by signing.keys", ofTable.getOrDefault(false, List.of()), out);
        }
    }

    private static void write(String title, List<SigningTableFile.Line> lines, PrintStream out) {
        long domains =
                lines.stream().map(line -> line.key().domain()).distinct().count();
        out.println();
        out.println(title + ", lines: " + lines.size() + ", domains: " + domains);
        lines.stream().limit(MAX_LINES).forEach(line -> out.println("   " + line(line)));
        if (lines.size() > MAX_LINES) {
            out.println("   and " + (lines.size() - MAX_LINES) + " more");
        }
    }

    private static String line(SigningTableFile.Line line) {
        return "line " + line.location().line() + ": mail from "
                + Escapes.printable(line.author().toString())
                + " is signed by " + line.key().recordName() + ", key file "
                + Escapes.printable(line.key().keyFile());
    }
}
