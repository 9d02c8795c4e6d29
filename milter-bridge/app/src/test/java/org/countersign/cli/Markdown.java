package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The parts of the project's Markdown files that tests compare with the program. */
public final class Markdown {
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private Markdown() {}

    /** The fenced blocks of one language, in the order of the document. */
    public static List<String> blocks(String document, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        boolean inside = false;
        for (String line : Files.readAllLines(ROOT.resolve(document))) {
            if (inside && line.equals("```")) {
                blocks.add(block.toString());
                block.setLength(0);
                inside = false;
            } else if (inside) {
                block.append(line).append('\n');
            } else {
                inside = line.equals("```" + language);
            }
        }
        return blocks;
    }

    /** The lines of all shell blocks. */
    public static List<String> commands(String document) throws IOException {
        return blocks(document, "sh").stream().flatMap(String::lines).toList();
    }

    /** The targets of all links. */
    static List<String> links(String document) throws IOException {
        return LINK.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
