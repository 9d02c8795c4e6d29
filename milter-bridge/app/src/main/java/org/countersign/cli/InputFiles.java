package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.keys.Passphrase;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;

/** Reads files that the command line names. A file that cannot be used ends the command. */
final class InputFiles {
    private InputFiles() {}

    /** Reads something of one file or several. */
    interface Reading<T> {
        T read() throws FileFailure;
    }

    /**
     * The result of a reading of the configuration.
     *
     * @throws CommandFailure with the lines of the {@link FileFailure}, and with the status of its reason
     */
    static <T> T read(Reading<T> reading) throws CommandFailure {
        try {
            return reading.read();
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    /**
     * The result of a reading of a file that the command line names.
     *
     * @throws CommandFailure as {@link #read} does, but wrong content is wrong data and no wrong configuration
     */
    static <T> T readArgument(Reading<T> reading) throws CommandFailure {
        try {
            return reading.read();
        } catch (FileFailure failure) {
            throw CommandFailure.ofArgument(failure);
        }
    }

    /**
     * Opens a file.
     *
     * @param named the name of the file in messages
     * @throws CommandFailure if the file is missing, is a directory, or cannot be read
     */
    static InputStream open(Path file, String named) throws CommandFailure {
        return readArgument(() -> HostFiles.open(file, named));
    }

    /**
     * Reads a file with a secret.
     *
     * @throws CommandFailure also if other users can read it
     */
    static Octets readSecret(Path file) throws CommandFailure {
        return readArgument(() -> HostFiles.readSecret(file, file.toString()));
    }

    /**
     * Reads a file that should contain a private key.
     *
     * @throws CommandFailure also if others can read the key, or the file is another one that others can read
     */
    static Octets readPrivateKey(Path file) throws CommandFailure {
        return readArgument(() -> HostFiles.readPrivateKey(file, file.toString()));
    }

    /**
     * Reads a passphrase file, if there is one.
     *
     * @throws CommandFailure also if other users can read it, or it has no passphrase
     */
    static Optional<Passphrase> readPassphrase(Optional<Path> file) throws CommandFailure {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Passphrase passphrase = Passphrase.of(readSecret(file.get()));
        if (!passphrase.isUsable()) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    file.get() + " has no passphrase, or one of more than " + Passphrase.MAX_LENGTH
                            + " bytes: write the passphrase on the first line");
        }
        return Optional.of(passphrase);
    }

    /** The failure of a command whose input could not be read. */
    static CommandFailure failure(IOException unreadable, String named) {
        return CommandFailure.ofArgument(HostFiles.failure(unreadable, named));
    }
}
