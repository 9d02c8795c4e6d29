package org.countersign.james;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The README of this module, whose examples are what the tests run. */
final class Readme {
    private Readme() {}

    /** The only block of code in this language. */
    static String block(String language) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("countersign.root"), "james-mailet", "README.md"));
        String opening = "```" + language + "\n";
        int start = text.indexOf(opening) + opening.length();
        if (start < opening.length() || text.indexOf(opening, start) >= 0) {
            throw new AssertionError("the README has not exactly one block in " + language);
        }
        return text.substring(start, text.indexOf("```", start));
    }
}
