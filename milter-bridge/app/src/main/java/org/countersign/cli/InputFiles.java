package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.keys.Passphrase;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;

/** Reads files that the user named; what is wrong with one ends the command. */
final class InputFiles {
    private InputFiles() {}

    /**
     * Opens a file.
     *
     * @param named what to call it in a message
     * @throws CommandFailure when it is not there, is a directory, or may not be read
     */
    static InputStream open(Path file, String named) throws CommandFailure {
        try {
            return HostFiles.open(file, named);
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    /**
     * Reads a file with a secret in it.
     *
     * @throws CommandFailure also when others could have read it
     */
    static Octets readSecret(Path file) throws CommandFailure {
        try {
            return HostFiles.readSecret(file, file.toString());
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    /**
     * Reads a file with a passphrase, where one is named.
     *
     * @throws CommandFailure also when others could have read it, or it holds none
     */
    static Optional<Passphrase> readPassphrase(Optional<Path> file) throws CommandFailure {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Passphrase passphrase = Passphrase.of(readSecret(file.get()));
        if (!passphrase.isUsable()) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    file.get() + " holds no passphrase, or one of more than " + Passphrase.MAX_LENGTH
                            + " bytes: write it into the first line");
        }
        return Optional.of(passphrase);
    }

    /** What to tell the user about a file that could not be read. */
    static CommandFailure failure(IOException unreadable, String named) {
        return CommandFailure.of(HostFiles.failure(unreadable, named));
    }
}
