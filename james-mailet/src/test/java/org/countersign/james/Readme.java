package org.countersign.james;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the examples in the documentation of this module. */
final class Readme {
    private Readme() {}

    /** The only code block of this language in README.md. */
    static String block(String language) throws IOException {
        return block("README.md", language, "");
    }

    /** The only code block of this language in MAILETS.md that contains a text. */
    static String mailets(String language, String content) throws IOException {
        return block("MAILETS.md", language, content);
    }

    /** The only code block of this language in docs/reports.md that contains a text. */
    static String reports(String language, String content) throws IOException {
        return block("../docs/reports.md", language, content);
    }

    private static String block(String file, String language, String content) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("countersign.root"), "james-mailet", file));
        List<String> blocks = new ArrayList<>();
        String opening = "```" + language + "\n";
        for (int at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
            int start = at + opening.length();
            String block = text.substring(start, text.indexOf("```", start));
            if (block.contains(content)) {
                blocks.add(block);
            }
        }
        if (blocks.size() != 1) {
            throw new AssertionError(file + " has " + blocks.size() + " blocks in " + language + " with " + content);
        }
        return blocks.getFirst();
    }
}
