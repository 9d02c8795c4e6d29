package org.countersign.authres;

import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * An entry of an Authentication-Results field that could not be parsed and is therefore ignored.
 *
 * @param text the entry, escaped and cut after 80 octets
 * @param problem what is wrong, as a clause
 * @param namesDmarc whether the entry has the word {@code dmarc}, so that it may contradict an entry that was parsed
 */
public record UnreadEntry(String text, String problem, boolean namesDmarc) {
    private static final int MAX_TEXT = 80;
    private static final String DMARC = AuthenticationMethod.DMARC.keyword();

    static UnreadEntry of(Octets entry, String problem) {
        String text = Escapes.printable(entry.latin1().strip(), MAX_TEXT);
        return new UnreadEntry(text, problem, hasDmarc(entry));
    }

    private static boolean hasDmarc(Octets entry) {
        for (int i = 0; i <= entry.length() - DMARC.length(); i++) {
            if (Ascii.lower(entry.at(i)) == DMARC.charAt(0)
                    && entry.slice(i, i + DMARC.length()).startsWithIgnoreCase(DMARC)) {
                return true;
            }
        }
        return false;
    }
}
