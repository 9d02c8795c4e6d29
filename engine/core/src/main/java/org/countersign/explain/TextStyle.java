package org.countersign.explain;

/**
 * How text is written: with colours or without, with the lines of a tree in Unicode or US-ASCII, and how wide.
 *
 * @param colours whether escape sequences for colours are written (ECMA-48)
 * @param unicode whether the lines of a tree are box-drawing characters
 * @param width the number of columns at which lines are folded, at least {@value #MIN_WIDTH}
 */
public record TextStyle(boolean colours, boolean unicode, int width) {
    /** The narrowest text. */
    public static final int MIN_WIDTH = 40;

    /** Lines are not folded, for programs and files. */
    public static final int UNFOLDED = Integer.MAX_VALUE;

    /** For a program or a file: no colours, US-ASCII, not folded. */
    public static final TextStyle PLAIN = new TextStyle(false, false, UNFOLDED);

    /** The meaning of a word. No meaning depends on the colour alone: the word says it too. */
    public enum Tone {
        /** It is in order. */
        GOOD("32"),
        /** It fails. */
        BAD("31"),
        /** It may fail, or failed for a moment. */
        WARNING("33"),
        /** A stranger has chosen the words. */
        FOREIGN("2"),
        /** A heading. */
        HEADING("1"),
        /** No colour. */
        PLAIN("");

        private final String code;

        Tone(String code) {
            this.code = code;
        }

        /** The tone of the keyword of a result or of a verdict. */
        public static Tone of(String keyword) {
            return switch (keyword) {
                case "pass", "accept", "signed" -> GOOD;
                case "fail", "permerror", "reject", "discard" -> BAD;
                case "softfail", "temperror", "policy", "quarantine", "tempfail", "tag" -> WARNING;
                default -> PLAIN;
            };
        }
    }

    public TextStyle {
        if (width < MIN_WIDTH) {
            throw new IllegalArgumentException("a width of " + width);
        }
    }

    /** The text in the colour of a tone, or as it is. The text must be printable. */
    public String paint(Tone tone, String text) {
        return colours && !tone.code.isEmpty() && !text.isEmpty()
                ? "\u001b[" + tone.code + "m" + text + "\u001b[0m"
                : text;
    }
}
