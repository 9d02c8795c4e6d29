package org.countersign.importer;

import org.countersign.syntax.Escapes;

/** Makes a text of the old configuration fit to be shown: without the password of a database, on one line. */
final class SecretFreeText {
    private static final int MAX_SHOWN = 200;

    private SecretFreeText() {}

    /** The text without a password, in printing US-ASCII, for an error message. Total. */
    static String of(String text) {
        return Escapes.printable(hidden(text), MAX_SHOWN);
    }

    /** The text without a password, for a finding, whose text is escaped when it is shown. Total. */
    static String hidden(String text) {
        int authority = text.indexOf("://");
        int at = text.lastIndexOf('@');
        int colon = authority < 0 ? -1 : text.indexOf(':', authority + 3);
        String whole = at > colon && colon > 0 ? text.substring(0, colon) + ":..." + text.substring(at) : text;
        return whole.length() > MAX_SHOWN ? whole.substring(0, MAX_SHOWN) + "..." : whole;
    }
}
