package org.countersign.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalInt;
import org.countersign.MessageLimits;
import org.countersign.message.MessageReader;
import org.countersign.smtp.MessageSink;
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
    /**
     * The size up to which a field is read, in octets: one more than the limit of a header section. A longer field then exceeds
     * that limit, as it does in the filter, and is not truncated silently.
     */
    public static final int MAX_FIELD = MessageLimits.DEFAULT.headerOctets() + 1;

    /** The name by which a command finds the message again: the file, and {@code #} and the number in an mbox file. */
    public String name() {
        return number.isPresent() ? file + "#" + number.getAsInt() : file;
    }

    /**
     * Passes a message to a sink as the filter would receive it: with CRLF line ends.
     *
     * @param content the octets as stored
     */
    public static void pour(Octets content, MessageSink sink) {
        try {
            MessageReader.readFile(new ByteArrayInputStream(content.toByteArray()), sink, MAX_FIELD);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array in memory can always be read", impossible);
        }
    }
}
