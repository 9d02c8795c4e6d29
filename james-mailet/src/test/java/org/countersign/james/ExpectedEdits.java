package org.countersign.james;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.countersign.smtp.HeaderEdit;

/** Applies header edits to a message in the simplest way, as the oracle for tests. */
final class ExpectedEdits {
    private static final Pattern FIELDS = Pattern.compile("(?<=\r\n)(?![ \t])");

    private static final Pattern NAMED = Pattern.compile("[!-9;-~]+[ \t]*:");

    private ExpectedEdits() {}

    /** The message without the removed fields, and with an empty line above a line that is no field. */
    static String without(byte[] octets, List<HeaderEdit> edits) {
        String message = new String(octets, StandardCharsets.ISO_8859_1);
        int end = message.startsWith("\r\n") ? 0 : message.indexOf("\r\n\r\n");
        if (end < 0) {
            end = message.length();
        } else if (end > 0) {
            end += 2;
        }
        StringBuilder kept = new StringBuilder();
        Map<String, Integer> instances = new HashMap<>();
        for (String field : FIELDS.split(message.substring(0, end), -1)) {
            if (!field.isEmpty() && !NAMED.matcher(field).lookingAt()) {
                return kept + "\r\n" + message.substring(message.indexOf(field));
            }
            String name = field.substring(0, Math.max(0, field.indexOf(':')))
                    .replaceFirst("[ \t]+$", "")
                    .toLowerCase(Locale.ROOT);
            int instance = instances.merge(name, 1, Integer::sum);
            boolean goes = edits.stream()
                    .anyMatch(edit -> edit instanceof HeaderEdit.Remove(String removed, int number)
                            && removed.equalsIgnoreCase(name)
                            && number == instance);
            kept.append(goes ? "" : field);
        }
        return kept + message.substring(end);
    }
}
