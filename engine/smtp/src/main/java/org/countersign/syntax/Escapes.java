package org.countersign.syntax;

/** Makes untrusted text safe to show: in a log line, in an SMTP reply, or on a terminal. */
public final class Escapes {
    private static final int MAX_SHOWN = 1024;

    private Escapes() {}

    /**
     * The text in printing US-ASCII. Other characters become {@code \xNN} or {@code \\uNNNN}, and a backslash is doubled.
     * The text is cut after 1024 characters, with {@code ...}.
     */
    public static String printable(String text) {
        return printable(text, MAX_SHOWN);
    }

    /** Like {@link #printable(String)}, cut after {@code limit} characters of the text. */
    public static String printable(String text, int limit) {
        int shown = Math.min(text.length(), limit);
        int plain = 0;
        while (plain < shown && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(shown + 16).append(text, 0, plain);
        for (int i = plain; i < shown; i++) {
            append(out, text.charAt(i));
        }
        return shown < text.length() ? out.append("...").toString() : out.toString();
    }

    /**
     * The text without characters that a terminal obeys: control characters, and those that change the direction of writing,
     * become {@code \xNN} or {@code \\uNNNN}. All others stay, so that names of files in any language can be read.
     */
    public static String withoutControls(String text) {
        if (text.chars().noneMatch(c -> isControl((char) c))) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                append(out, text.charAt(i));
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isControl(char c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7F && c != '\\';
    }

    private static void append(StringBuilder out, char c) {
        if (isPlain(c)) {
            out.append(c);
        } else if (c == '\\') {
            out.append("\\\\");
        } else if (c <= 0xFF) {
            out.append("\\x").append(hex(c >> 4)).append(hex(c));
        } else {
            out.append("\\u")
                    .append(hex(c >> 12))
                    .append(hex(c >> 8))
                    .append(hex(c >> 4))
                    .append(hex(c));
        }
    }

    private static char hex(int nibble) {
        return Character.forDigit(nibble & 0xF, 16);
    }
}
