package org.countersign.milter.filter;

/** Removes the local parts of addresses from text, for a log without personal data. In doubt it removes more. */
final class LocalParts {
    private static final String BEFORE_ADDRESS = " \t\r\n<>(),;:[]";

    private LocalParts() {}

    /** The text with {@code @example.org} for each address. Text from a quotation mark to a quoted local part is removed. */
    static String removeFrom(String text) {
        if (text.indexOf('@') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int copied = 0;
        for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
            out.append(text, copied, Math.max(copied, start(text, copied, at)));
            copied = at;
        }
        return out.append(text, copied, text.length()).toString();
    }

    /** The index at which the local part before the {@code @} begins. */
    private static int start(String text, int from, int at) {
        int start = at;
        if (start > from && text.charAt(start - 1) == '"') {
            int quote = text.indexOf('"', from);
            return quote < start - 1 ? quote : from;
        }
        while (start > from && BEFORE_ADDRESS.indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        return start;
    }
}
