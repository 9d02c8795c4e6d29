package org.countersign.importer;

import java.util.List;
import java.util.stream.Collectors;
import org.countersign.syntax.Ascii;

/** Writes values in YAML. */
final class Yaml {
    private static final String SPECIAL = ":#,[]{}&*!|>'\"%@`\\";

    private Yaml() {}

    /** A text, in quotation marks where YAML might read it as something else. */
    static String text(String text) {
        boolean plain = !text.isEmpty()
                && (Ascii.isAlphaNumeric(text.charAt(0)) || text.charAt(0) == '/' || text.charAt(0) == '.')
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && SPECIAL.indexOf(c) < 0)
                && !text.chars().allMatch(c -> Ascii.isDigit(c) || ".-+eExXobOBaAfF_".indexOf(c) >= 0)
                && !List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n")
                        .contains(Ascii.lower(text));
        if (plain) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || (c >= 0x7F && c < 0xA0)) {
                quoted.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** A list on one line. */
    static String list(List<?> values) {
        return values.stream().map(value -> text(value.toString())).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A comment, which ends the line. */
    static String comment(String text) {
        String clean = text.chars()
                .map(c -> c < ' ' || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "# " + clean;
    }
}
