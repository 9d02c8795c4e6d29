package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens files that the user named, and says plainly why one cannot be read. */
final class InputFiles {
    private InputFiles() {}

    /**
     * Opens a file.
     *
     * @param named what to call it in a message
     * @throws CommandFailure when it is not there, is a directory, or may not be read
     */
    static InputStream open(Path file, String named) throws CommandFailure {
        if (Files.isDirectory(file)) {
            throw new CommandFailure(ExitStatus.NO_INPUT, named + " is a directory: name a file in it");
        }
        try {
            return Files.newInputStream(file);
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
    }

    /**
     * Reads a whole file.
     *
     * @param most how many octets it may have
     * @throws CommandFailure also when it is larger
     */
    static byte[] read(Path file, String named, int most) throws CommandFailure {
        try (InputStream in = open(file, named)) {
            byte[] octets = in.readNBytes(most + 1);
            if (octets.length > most) {
                throw new CommandFailure(
                        ExitStatus.BAD_DATA, named + " is larger than " + most + " bytes: is it the right file?");
            }
            return octets;
        } catch (IOException unreadable) {
            throw failure(unreadable, named);
        }
    }

    /** What to tell the user about a file that could not be read. */
    static CommandFailure failure(IOException unreadable, String named) {
        return switch (unreadable) {
            case NoSuchFileException missing ->
                new CommandFailure(ExitStatus.NO_INPUT, named + " does not exist: check the name");
            case AccessDeniedException denied ->
                new CommandFailure(
                        ExitStatus.NO_PERMISSION,
                        named + " may not be read by this user: change its owner or group, or run as another user");
            default -> new CommandFailure(ExitStatus.IO, named + " cannot be read: " + unreadable.getMessage());
        };
    }
}
