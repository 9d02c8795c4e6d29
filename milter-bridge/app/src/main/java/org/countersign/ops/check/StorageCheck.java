package org.countersign.ops.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.countersign.service.FileAccess;
import org.countersign.service.FileAccess.Permission;
import org.countersign.service.PolicyInspection;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Findings;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;

/** Checks whether the service can write its log and its store, and whether the disk has room for the store. */
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
        } else if (user.isPresent()) {
            writable(place, file, directory, FileAccess.of(user.get()));
        }
    }

    private void writable(String place, Path file, Path directory, FileAccess access) {
        try {
            Optional<String> refusal =
                    Files.exists(file) ? access.refusal(file, Permission.WRITE) : access.creationRefusal(directory);
            refusal.ifPresent(reason -> findings.error(place + reason + ": give it to the user of the service"));
        } catch (IOException unreadable) {
            findings.warning(place + "the permissions of " + file + " cannot be read: " + unreadable.getMessage());
        }
    }

    /** Checks the room for the trace, or the password of its database, if messages are traced. */
    public void trace(TraceSettings trace, StoreSettings store) {
        if (!trace.isOn()) {
            return;
        }
        switch (store.location(policy.file())) {
            case StoreLocation.File(Path file) -> room(file, trace.maxSize());
            case StoreLocation.Database database -> database.passwordFile().ifPresent(this::password);
        }
    }

    private void password(Path file) {
        String place = policy.locate("store.password-file") + ": ";
        if (!Files.isRegularFile(file)) {
            findings.error(place + file + " does not exist: check the name");
        } else if (user.isPresent()) {
            try {
                FileAccess.of(user.get())
                        .refusal(file, Permission.READ)
                        .ifPresent(reason -> findings.error(place + reason + ": give it to the user of the service"));
            } catch (IOException unreadable) {
                findings.warning(place + "the permissions of " + file + " cannot be read: " + unreadable.getMessage());
            }
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
