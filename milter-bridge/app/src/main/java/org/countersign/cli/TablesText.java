package org.countersign.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
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
        PolicyLoader.tableFile(policyFile, signing).ifPresent(table -> {
            long domains =
                    lines.stream().map(line -> line.key().domain()).distinct().count();
            out.println();
            out.println("signing table: " + Escapes.printable(table.toString()) + ", lines: " + lines.size()
                    + ", domains: " + domains);
            lines.stream().limit(MAX_LINES).forEach(line -> out.println("   " + line(line)));
            if (lines.size() > MAX_LINES) {
                out.println("   and " + (lines.size() - MAX_LINES) + " more");
            }
        });
    }

    private static String line(SigningTableFile.Line line) {
        return "line " + line.location().line() + ": mail from "
                + Escapes.printable(line.author().toString())
                + " is signed by " + line.key().recordName() + ", key file "
                + Escapes.printable(line.key().keyFile());
    }
}
