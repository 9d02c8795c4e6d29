package org.countersign.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys of JSON that a document describes: the words in the first column of its tables of keys. */
public final class DocumentedKeys {
    private static final Set<String> HEADINGS = Set.of("| key | meaning |", "| member | meaning |");

    private DocumentedKeys() {}

    /**
     * Reads a document.
     *
     * @param document its name in the project, such as {@code docs/keys.md}
     */
    public static Set<String> of(String document) throws IOException {
        Path root = Path.of(
                Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."));
        Set<String> keys = new TreeSet<>();
        boolean inTable = false;
        for (String line : Files.readAllLines(root.resolve(document))) {
            inTable = HEADINGS.contains(line) || (inTable && line.startsWith("|"));
            if (inTable && !line.startsWith("|---") && !HEADINGS.contains(line)) {
                String cell = line.substring(1, line.indexOf('|', 1));
                for (int from = cell.indexOf('`'); from >= 0; from = cell.indexOf('`', from)) {
                    int to = cell.indexOf('`', from + 1);
                    keys.add(cell.substring(from + 1, to));
                    from = to + 1;
                }
            }
        }
        return keys;
    }
}
