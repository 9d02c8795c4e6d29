package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Splits lines of the old configuration. */
final class Words {
    private Words() {}

    /** The parts between separators, without blanks around them; empty parts count. */
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at).strip());
            from = at + 1;
        }
        parts.add(text.substring(from).strip());
        return parts;
    }

    /** The parts of a list such as {@code a, b}, without empty ones. */
    static List<String> list(String text) {
        return split(text, ',').stream().filter(part -> !part.isEmpty()).toList();
    }

    /** The words between blanks. */
    static List<String> ofLine(String text) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text, " \t\r");
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    /** The text before a comment. */
    static String withoutComment(String line) {
        int at = line.indexOf('#');
        return (at < 0 ? line : line.substring(0, at)).strip();
    }
}
