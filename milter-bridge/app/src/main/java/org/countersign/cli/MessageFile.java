package org.countersign.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.countersign.archive.StoredMessage;
import org.countersign.message.MessageReader;
import org.countersign.smtp.MessageSink;

/**
 * A message file that a command can read several times. Standard input and pipes are copied to a temporary file, which
 * is deleted on close.
 */
final class MessageFile implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";

    private final String named;
    private final Path path;
    private final boolean temporary;
    private final Mbox mbox;

    private MessageFile(String named, Path path, boolean temporary, Mbox mbox) {
        this.named = named;
        this.path = path;
        this.temporary = temporary;
        this.mbox = mbox;
    }

    /**
     * Opens a message.
     *
     * @param name the file; {@code -} is standard input
     * @throws CommandFailure if it cannot be read, is empty, or is an mbox file with several messages
     */
    static MessageFile open(String name, Streams streams) throws CommandFailure {
        boolean standard = name.equals(STANDARD_INPUT);
        String named = standard ? "standard input" : name;
        Optional<Path> regular =
                Optional.of(name).filter(file -> !standard).map(Path::of).filter(Files::isRegularFile);
        Path path = regular.isPresent() ? regular.get() : copied(name, named, streams);
        boolean usable = false;
        try {
            MessageFile file = new MessageFile(named, path, regular.isEmpty(), mbox(path, named));
            file.refuseSeveral(streams);
            usable = true;
            return file;
        } finally {
            if (!usable && regular.isEmpty()) {
                delete(path);
            }
        }
    }

    /** Copies standard input or a pipe to a temporary file. */
    private static Path copied(String name, String named, Streams streams) throws CommandFailure {
        try (InputStream in = name.equals(STANDARD_INPUT) ? streams.in() : InputFiles.open(Path.of(name), named)) {
            Path path = Files.createTempFile("countersign", ".eml");
            boolean complete = false;
            try {
                Files.copy(in, path, StandardCopyOption.REPLACE_EXISTING);
                complete = true;
            } finally {
                if (!complete) {
                    delete(path);
                }
            }
            return path;
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
    }

    private static Mbox mbox(Path path, String named) throws CommandFailure {
        try (InputStream in = new BufferedInputStream(InputFiles.open(path, named))) {
            return Mbox.scan(in);
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
    }

    private void refuseSeveral(Streams streams) throws CommandFailure {
        if (mbox.messages() > 1) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    named + " is an mbox file with " + mbox.messages() + " messages, and this command reads one: split"
                            + " it, for example with: formail -s sh -c 'cat > message.$FILENO' < "
                            + (temporary ? "FILE" : named));
        }
        if (mbox.messages() == 1) {
            streams.err()
                    .println("countersign: note: " + named
                            + " is an mbox file with one message; its first line is not part of the message");
        }
    }

    /** The name of the file in messages to the user. */
    String named() {
        return named;
    }

    /** The size of the first line of an mbox file, in octets, which is not part of the message; 0 for other files. */
    int mboxLine() {
        return mbox.lineOctets();
    }

    /** Opens the file. */
    InputStream stream() throws CommandFailure {
        return InputFiles.open(path, named);
    }

    /**
     * Passes the message to a sink as the filter would receive it: with CRLF line ends.
     *
     * @throws CommandFailure if the file cannot be read or is empty
     */
    MessageReader.Extent pour(MessageSink sink) throws CommandFailure {
        try (InputStream in = stream()) {
            MessageReader.Extent extent = MessageReader.readFile(in, sink, StoredMessage.MAX_FIELD);
            if (extent.octets() == 0) {
                throw new CommandFailure(ExitStatus.BAD_DATA, named + " is empty: it has no message");
            }
            return extent;
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, named);
        }
    }

    @Override
    public void close() throws CommandFailure {
        if (temporary) {
            delete(path);
        }
    }

    private static void delete(Path path) throws CommandFailure {
        try {
            Files.deleteIfExists(path);
        } catch (IOException problem) {
            throw new CommandFailure(
                    ExitStatus.IO, path + " is a temporary file and cannot be deleted: " + problem.getMessage());
        }
    }
}
