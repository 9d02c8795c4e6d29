package org.countersign.reports.failure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.BoundedText;

/**
 * The fields of a part of a failure report, unfolded. At most 200 fields are kept, and 1,000 characters of each. Control characters
 * become U+FFFD.
 */
final class ReportFields {
    private static final int MAX_FIELDS = 200;
    private static final int MAX_NAME = 100;
    private static final int MAX_VALUE = 1000;

    private final List<Field> fields;

    /** A field. Its value has no comment removed. */
    record Field(String name, String value) {
        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    private ReportFields(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /**
     * Parses a part. Lines may end with LF alone. Lines without a name are skipped.
     *
     * @param endsAtEmptyLine whether what follows an empty line is the body of a message. Empty lines before the first field do
     *     not matter
     */
    static ReportFields parse(byte[] part, boolean endsAtEmptyLine) {
        String text = new String(part, StandardCharsets.UTF_8);
        List<Field> fields = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        int at = 0;
        while (at < text.length() && fields.size() < MAX_FIELDS) {
            int end = at;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            if (end == at) {
                add(fields, current);
                if (endsAtEmptyLine && !fields.isEmpty()) {
                    break;
                }
            } else if (Ascii.isWsp(text.charAt(at)) && !current.isEmpty()) {
                append(current, text, at, end);
            } else {
                add(fields, current);
                append(current, text, at, end);
            }
            at = end + (text.startsWith("\r\n", end) ? 2 : 1);
        }
        add(fields, current);
        return new ReportFields(fields);
    }

    private static void append(StringBuilder current, String text, int from, int to) {
        int room = Math.max(MAX_NAME + 2 * MAX_VALUE - current.length(), 0);
        current.append(text, from, Math.min(to, from + room));
    }

    private static void add(List<Field> fields, StringBuilder line) {
        int colon = line.indexOf(":");
        if (colon > 0 && colon <= MAX_NAME && fields.size() < MAX_FIELDS) {
            String name = line.substring(0, colon).strip();
            if (!name.isEmpty() && name.chars().allMatch(Ascii::isVisible)) {
                fields.add(new Field(name, printable(line.substring(colon + 1))));
            }
        }
        line.setLength(0);
    }

    private static String printable(String value) {
        StringBuilder out = new StringBuilder();
        value.strip().codePoints().forEach(c -> {
            if (c == '\t') {
                out.append(' ');
            } else {
                out.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        });
        return BoundedText.truncate(out.toString(), MAX_VALUE);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The value of the first field of this name. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values of the fields of this name. */
    List<String> all(String name) {
        return fields.stream()
                .filter(field -> Ascii.equalsIgnoreCase(field.name(), name))
                .map(Field::value)
                .toList();
    }

    /** The fields as {@code Name: value}, one a line, at most {@code max} characters. */
    String text(int max) {
        StringBuilder out = new StringBuilder();
        for (Field field : fields) {
            String line = field.toString();
            if (out.length() + line.length() + 1 > max) {
                break;
            }
            out.append(out.isEmpty() ? "" : "\n").append(line);
        }
        return out.toString();
    }

    /** The text without comments (RFC 5322 §3.2.2), and with one space in place of each white space. */
    static String withoutComments(String value) {
        StringBuilder out = new StringBuilder(value.length());
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && (quoted || depth > 0) && i + 1 < value.length()) {
                if (depth == 0) {
                    out.append(c).append(value.charAt(i + 1));
                }
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
                out.append(c);
            } else if (c == '(' && !quoted) {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
                out.append(' ');
            } else if (depth == 0) {
                boolean space = Character.isWhitespace(c);
                if (!space || (!out.isEmpty() && out.charAt(out.length() - 1) != ' ')) {
                    out.append(space ? ' ' : c);
                }
            }
        }
        return out.toString().strip();
    }
}
