package org.countersign.importer;

import org.countersign.syntax.Escapes;

/** Makes a text of the old configuration fit to be shown: without the password of a database, on one line. */
final class SecretFreeText {
    private static final int MAX_SHOWN = 200;

    private SecretFreeText() {}

    /** Replaces what stands between {@code //user:} and {@code @}. Total. */
    static String of(String text) {
        int authority = text.indexOf("://");
        if (authority < 0) {
            return Escapes.printable(text, MAX_SHOWN);
        }
        int at = text.lastIndexOf('@');
        int colon = text.indexOf(':', authority + 3);
        return at > colon && colon > 0
                ? Escapes.printable(text.substring(0, colon) + ":..." + text.substring(at), MAX_SHOWN)
                : Escapes.printable(text, MAX_SHOWN);
    }
}
