package org.countersign.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.KeyEntry;
import org.countersign.config.PassphraseSource;
import org.countersign.crypto.RsaEngine;
import org.countersign.keys.Passphrase;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Reads the key files that a policy names, each once. For one loading, by one thread. */
final class KeyFiles {
    private final Optional<ReusableState> previous;
    private final RsaEngine rsa;
    private final Map<Path, FileStamp> stamps;
    private final Optional<ProcessIdentity> reader;
    private final Map<Path, SigningKey> keys = new HashMap<>();

    /**
     * @param previous keys of unchanged files are taken from here
     * @param stamps of all files of the policy; those of key files and passphrase files are added
     */
    KeyFiles(Optional<ReusableState> previous, RsaEngine rsa, Map<Path, FileStamp> stamps) {
        this(previous, rsa, stamps, ProcessIdentity.current());
    }

    /**
     * @param reader the user who must be able to read the files, and the only one besides root; empty on systems
     *     without users
     */
    KeyFiles(
            Optional<ReusableState> previous,
            RsaEngine rsa,
            Map<Path, FileStamp> stamps,
            Optional<ProcessIdentity> reader) {
        this.reader = reader;
        this.previous = previous;
        this.rsa = rsa;
        this.stamps = stamps;
    }

    /**
     * Reads the key of each entry.
     *
     * @throws FileFailure with one line for each file that cannot be used
     */
    Map<KeyEntry, SigningKey> read(List<KeyEntry> entries) throws FileFailure {
        List<FileFailure> failures = new ArrayList<>();
        Map<KeyEntry, SigningKey> byEntry = read(entries, failures);
        if (!failures.isEmpty()) {
            throw FileFailure.of(failures);
        }
        return byEntry;
    }

    /**
     * Reads the keys that can be read.
     *
     * @param failures receives one for each file that cannot be used
     */
    Map<KeyEntry, SigningKey> read(List<KeyEntry> entries, List<FileFailure> failures) {
        Map<KeyEntry, SigningKey> byEntry = new HashMap<>();
        Set<Path> refused = new HashSet<>();
        for (KeyEntry entry : entries) {
            try {
                SecretSource keyFile = SecretSource.of(entry, entry.keyFile());
                // Once for each file, even if several entries name it.
                if (refused.add(keyFile.path())) {
                    byEntry.put(entry, key(entry, keyFile));
                    refused.remove(keyFile.path());
                }
            } catch (FileFailure failure) {
                failures.add(failure);
            }
        }
        return byEntry;
    }

    /** The keys that were read so far, by file. */
    Map<Path, SigningKey> byFile() {
        return Map.copyOf(keys);
    }

    private SigningKey key(KeyEntry entry, SecretSource keyFile) throws FileFailure {
        Path path = keyFile.path();
        SigningKey read = keys.get(path);
        if (read != null) {
            return read;
        }
        boolean unchanged = isUnchanged(path);
        Optional<SecretSource> passphraseFile = Optional.empty();
        if (entry.passphrase().orElse(null) instanceof PassphraseSource.File(String name)) {
            SecretSource file = SecretSource.of(entry, name);
            unchanged &= isUnchanged(file.path());
            passphraseFile = Optional.of(file);
        }
        // Testing a key takes longer than the rest of a reload, and most keys are unchanged.
        Optional<SigningKey> earlier =
                unchanged ? previous.map(state -> state.keys().get(path)) : Optional.empty();
        SigningKey key = earlier.isPresent() ? earlier.get() : parse(entry, keyFile, passphraseFile);
        keys.put(path, key);
        return key;
    }

    /** Whether the file is the same as when it was last read. */
    private boolean isUnchanged(Path path) {
        FileStamp stamp = stamps.computeIfAbsent(path, FileStamp::of);
        return previous.filter(state -> stamp.equals(state.stamps().get(path))).isPresent();
    }

    private SigningKey parse(KeyEntry entry, SecretSource keyFile, Optional<SecretSource> passphraseFile)
            throws FileFailure {
        String named = entry.location() + ": " + keyFile.path();
        Octets text = keyFile.readKey(named, reader);
        Optional<Passphrase> passphrase = Optional.empty();
        if (passphraseFile.isPresent()) {
            SecretSource secret = passphraseFile.get();
            passphrase = Optional.of(
                    Passphrase.of(secret.read(entry.location() + ": passphrase file " + secret.path(), reader)));
        } else if (entry.passphrase().orElse(null) instanceof PassphraseSource.Environment(String variable)) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new FileFailure(
                        Reason.INVALID,
                        named + ": the environment has no variable " + variable
                                + ": set it for the service, or use passphrase-file");
            }
            passphrase = Optional.of(Passphrase.of(Octets.utf8(value)));
        }
        return switch (SigningKey.parse(text, passphrase, rsa)) {
            case Parsed.Value<SigningKey, String>(SigningKey parsed) -> parsed;
            case Parsed.Malformed<SigningKey, String>(String reason) ->
                throw new FileFailure(Reason.INVALID, named + ": " + reason);
        };
    }

    /**
     * Where a secret is read.
     *
     * @param isCredential whether systemd passes it, see {@link Credentials}
     */
    private record SecretSource(Path path, boolean isCredential) {
        /** Resolves a relative name against the directory of the file that contains it, and that of a credential. */
        static SecretSource of(KeyEntry entry, String name) throws FileFailure {
            return Credentials.isName(name)
                    ? new SecretSource(
                            Credentials.resolve(name, entry.location().toString()), true)
                    : new SecretSource(Path.of(entry.location().source()).resolveSibling(name), false);
        }

        /** Reads a private key. A file that contains none is refused as such, and not because of its permissions. */
        Octets readKey(String named, Optional<ProcessIdentity> reader) throws FileFailure {
            try {
                return read(named, reader);
            } catch (FileFailure refused) {
                throw isCredential ? refused : HostFiles.refusalOfKey(path, named, refused);
            }
        }

        Octets read(String named, Optional<ProcessIdentity> reader) throws FileFailure {
            if (isCredential) {
                return Credentials.read(path, named);
            }
            Octets secret = HostFiles.readSecret(path, named, reader);
            FileAccess.requireReadable(reader, path, named);
            return secret;
        }
    }
}
