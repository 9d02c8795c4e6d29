package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.countersign.message.MessageReader;
import org.countersign.message.MessageSink;
import org.countersign.syntax.Octets;

/** Reads messages, from files or from standard input. */
final class MessageFiles {
    private static final String STANDARD_INPUT = "-";
    // More than MTAs let one header field have.
    private static final int LONGEST_HEADER = 256 * 1024;
    private static final int LARGEST_IN_MEMORY = 256 * 1024 * 1024;

    private MessageFiles() {}

    /** What to call the input in a message to the user. */
    static String named(String name) {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }

    /**
     * Opens a message.
     *
     * @param name of the file; {@code -} is standard input
     */
    static InputStream open(String name, Streams streams) throws CommandFailure {
        return name.equals(STANDARD_INPUT) ? streams.in() : InputFiles.open(Path.of(name), name);
    }

    /** A whole message, for what must go over it twice. */
    static byte[] read(String name, Streams streams) throws CommandFailure {
        try (InputStream in = open(name, streams)) {
            byte[] octets = in.readNBytes(LARGEST_IN_MEMORY + 1);
            if (octets.length > LARGEST_IN_MEMORY) {
                throw new CommandFailure(ExitStatus.BAD_DATA, named(name) + " is too large for a message");
            }
            return octets;
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named(name));
        }
    }

    /**
     * Pours a message into a sink.
     *
     * @throws CommandFailure when it cannot be read, or there is nothing in it
     */
    static void pour(InputStream in, String named, MessageSink sink) throws CommandFailure {
        try {
            if (MessageReader.pour(in, sink, LONGEST_HEADER) == 0) {
                throw new CommandFailure(ExitStatus.BAD_DATA, named + " is empty: there is no message in it");
            }
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
    }

    /** Whether lines end as in a mailbox, not as in transit; told by the first, as {@link MessageReader} does. */
    static boolean hasLineFeedsOnly(byte[] message) {
        int end = Octets.wrap(message).indexOf('\n', 0);
        return end == 0 || (end > 0 && message[end - 1] != '\r');
    }

    /** Where the header section begins: behind the separator line of a message cut out of an mbox file. */
    static int startOfHeaders(byte[] message) {
        Octets octets = Octets.wrap(message);
        boolean separator = hasLineFeedsOnly(message) && octets.startsWithIgnoreCase("From ");
        return separator ? octets.indexOf('\n', 0) + 1 : 0;
    }
}
