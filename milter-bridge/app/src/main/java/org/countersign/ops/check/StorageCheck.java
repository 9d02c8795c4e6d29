package org.countersign.ops.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.service.FileAccess;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.service.PolicyInspection;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;

/** Checks whether the service can write its log, and whether it can use its store. */
public final class StorageCheck {
    private static final int MEBIBYTE = 1 << 20;

    private final PolicyInspection policy;
    private final Optional<ProcessIdentity> user;
    private final Findings findings;

    /**
     * @param policy locates settings in messages
     * @param user the user of the service; empty on systems without users
     */
    public StorageCheck(PolicyInspection policy, Optional<ProcessIdentity> user, Findings findings) {
        this.policy = policy;
        this.user = user;
        this.findings = findings;
    }

    /**
     * Checks a file that the service writes, and makes where it does not exist.
     *
     * @param key the setting that names the file
     */
    public void file(String key, Path file) {
        Path directory = file.toAbsolutePath().getParent();
        String place = policy.locate(key) + ": ";
        if (directory == null || Files.isDirectory(file)) {
            findings.error(place + file + " is a directory: name a file in it");
        } else if (UnitDirectories.areMissing(directory)) {
            findings.note("systemd makes the directory of " + file + " when it starts the service");
        } else if (!Files.isDirectory(directory)) {
            findings.error(place + "the directory " + directory
                    + " does not exist: create it, with the user of the service as its owner");
        } else {
            user.flatMap(identity -> FileAccess.of(identity).writeRefusalWithCommand(file))
                    .ifPresent(refusal -> findings.error(place + refusal));
        }
    }

    /** Checks whether there is a socket that the service sends its log to. */
    public void logSocket(Path socket) {
        if (!Files.exists(socket)) {
            findings.error(policy.locate("log.to") + ": " + socket
                    + " does not exist: start the program that reads it, such as"
                    + " rsyslog or systemd-journald, or write stderr or file");
        }
    }

    /** Checks the room for the trace, if messages are traced into a file. */
    public void trace(TraceSettings trace, StoreSettings store) {
        if (trace.isOn() && store.location(policy.file()) instanceof StoreLocation.File(Path file)) {
            room(file, trace.maxSize());
        }
    }

    /**
     * Opens the store for reading as the service does when it starts: a damaged file, one of a newer version, or a database
     * that does not answer is found before. A file that does not exist yet is in order.
     */
    public void store(StoreSettings settings) {
        switch (settings.location(policy.file())) {
            case StoreLocation.File file -> {
                if (Files.exists(file.path())
                        && FileAccess.writeRefusal(file.path()).isEmpty()) {
                    directory(file.path());
                    open(file, "store.file");
                }
            }
            case StoreLocation.Database database -> {
                // Without a user in the URL or the settings, the database would see the user of this process.
                boolean sameUser = database.user().isPresent() || user.equals(ProcessIdentity.current());
                if (sameUser && hasPassword(database)) {
                    open(database, "store.url");
                }
            }
        }
    }

    /** Whether this process has the password too: the file may be for the service alone, or systemd passes it to the service. */
    private static boolean hasPassword(StoreLocation.Database database) {
        try {
            if (database.passwordFile().isPresent()) {
                HostFiles.readSecret(database.passwordFile().get(), "store.password-file");
            }
            return true;
        } catch (FileFailure notForThisUser) {
            return false;
        }
    }

    /** SQLite makes its log next to the file, and the log may be there already. */
    private void directory(Path file) {
        if (user.isEmpty()) {
            return;
        }
        Stream.of("-wal", "-shm")
                .flatMap(
                        suffix -> FileAccess.of(user.get())
                                .writeRefusalWithCommand(file.resolveSibling(file.getFileName() + suffix))
                                .stream())
                .findFirst()
                .ifPresent(refusal -> findings.error(policy.locate("store.file") + ": " + refusal));
    }

    private void open(StoreLocation location, String key) {
        try (Store store = Store.openForReading(location)) {
            store.rollback();
        } catch (StoreFailure failure) {
            findings.error(policy.locate(key) + ": " + failure.problem());
        }
    }

    private void room(Path file, long maxSize) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return;
        }
        try {
            long left = Files.getFileStore(directory).getUsableSpace();
            long used = Files.exists(file) ? Files.size(file) : 0;
            if (left < maxSize - used) {
                findings.warning(policy.locate("trace.max-size") + ": is " + maxSize / MEBIBYTE
                        + " MiB, and the disk of " + file + " has " + left / MEBIBYTE
                        + " MiB left: lower it, or make room");
            }
        } catch (IOException unknown) {
            findings.warning(policy.locate("trace.max-size") + ": how much room the disk of " + file
                    + " has cannot be found out: " + unknown.getMessage());
        }
    }
}
