package org.countersign.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Octets;

/**
 * Files that systemd reads as root and passes to a service: {@code LoadCredential=} in systemd.exec(5). A policy file
 * names one as {@code credential:NAME} where it would name a file.
 *
 * <p>Their directory is the service's own and cannot be written, so owners and permissions are not checked.
 */
final class Credentials {
    private static final String PREFIX = "credential:";
    private static final String VARIABLE = "CREDENTIALS_DIRECTORY";
    // For commands that root runs while the service runs. This place is part of systemd's documented interface.
    private static final Path OF_SERVICE = Path.of("/run/credentials/countersign.service");
    private static final int MAX_SIZE = 64 * 1024;

    private Credentials() {}

    /** Whether a policy file means a credential and not a file. */
    static boolean isName(String name) {
        return name.startsWith(PREFIX);
    }

    /**
     * The file of a credential.
     *
     * @param name begins with {@code credential:}
     * @param location of the setting, for messages
     * @throws FileFailure if the name is not that of a credential, or systemd has passed none
     */
    static Path resolve(String name, String location) throws FileFailure {
        Optional<Path> directory = Optional.ofNullable(System.getenv(VARIABLE))
                .map(Path::of)
                .or(() -> Optional.of(OF_SERVICE).filter(Files::isDirectory));
        return resolve(name, location, directory);
    }

    static Path resolve(String name, String location, Optional<Path> directory) throws FileFailure {
        String id = name.substring(PREFIX.length());
        if (id.isEmpty() || id.indexOf('/') >= 0 || id.equals(".") || id.equals("..")) {
            throw new FileFailure(
                    Reason.INVALID,
                    location + ": " + name + ": the name of a credential is that of a file without a directory");
        }
        return directory
                .orElseThrow(() -> new FileFailure(
                        Reason.MISSING,
                        location + ": " + name + ": systemd has passed no credentials to this process (" + VARIABLE
                                + " is not set): add LoadCredential=" + id
                                + ":FILE to the unit of the service and restart it, or name the file here"))
                .resolve(id);
    }

    /**
     * Reads a credential.
     *
     * @param named its name in messages
     * @throws FileFailure if it does not exist or is too large
     */
    static Octets read(Path file, String named) throws FileFailure {
        if (!Files.exists(file)) {
            throw new FileFailure(
                    Reason.MISSING,
                    named + " does not exist: add LoadCredential=" + file.getFileName()
                            + ":FILE to the unit of the service, and restart it");
        }
        return HostFiles.readRegular(file, named, MAX_SIZE);
    }
}
