package org.countersign.archive;

import java.util.OptionalInt;
import org.countersign.syntax.Octets;

/**
 * A message of an archive.
 *
 * @param file the name of its file, as the user would write it; {@code -} for standard input
 * @param number its number in an mbox file, counted from 1; empty for a file with one message
 * @param content the octets as stored: lines may end in LF
 * @param whole whether this is the whole message, and not only the beginning of one that is too large
 * @param flags the flags of a Maildir, such as {@code RS}; empty elsewhere
 */
public record StoredMessage(String file, OptionalInt number, Octets content, boolean whole, String flags) {
    /** The name by which a command finds the message again: the file, and {@code #} and the number in an mbox file. */
    public String name() {
        return number.isPresent() ? file + "#" + number.getAsInt() : file;
    }
}
