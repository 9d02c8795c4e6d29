package org.countersign.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.ops.log.LogSettings;
import org.countersign.reports.ReportCounting;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.service.ProcessIdentity;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;

/**
 * A file that the service writes, or makes where it does not exist.
 *
 * @param key the setting that names it or its directory
 */
record WrittenFile(String key, Path file) {
    private static final String ROOT = "root";

    /**
     * The files of a configuration.
     *
     * @param policyFile the file that the names of other files are relative to
     */
    static List<WrittenFile> of(Path policyFile, Configuration configuration) {
        List<WrittenFile> files = new ArrayList<>();
        LogSettings.of(configuration).logFile().ifPresent(log -> files.add(new WrittenFile("log.file", log)));
        Optional<Path> spool = ReportCounting.spool(policyFile, configuration);
        if ((spool.isPresent() || configuration.extension(TraceSettings.SECTION).isOn())
                && configuration.extension(StoreSettings.SECTION).location(policyFile)
                        instanceof StoreLocation.File(Path store)) {
            files.add(new WrittenFile("store.file", store));
        }
        // The service makes the directory. Another program could use it too, so there is a file for its lock.
        spool.map(directory -> Files.isDirectory(directory) ? directory.resolve("lock") : directory)
                .ifPresent(file -> files.add(new WrittenFile("reports.spool", file)));
        return List.copyOf(files);
    }

    /**
     * Refuses to serve as root with files in a directory of another user. That user's service could not write to what root
     * makes there.
     *
     * @throws FileFailure if this process is root and a directory belongs to another user
     */
    static void requireOwnDirectories(Path policyFile, Configuration configuration) throws FileFailure {
        if (ProcessIdentity.current().filter(ProcessIdentity::isRoot).isEmpty()) {
            return;
        }
        for (WrittenFile written : of(policyFile, configuration)) {
            Path directory = written.file.toAbsolutePath().getParent();
            if (directory != null && Files.isDirectory(directory)) {
                String owner = owner(directory);
                if (!owner.equals(ROOT)) {
                    throw new FileFailure(
                            Reason.FORBIDDEN,
                            written.key + ": the directory " + directory + " belongs to the user " + owner
                                    + ", who could not write to files that root makes there: start the service"
                                    + " (systemctl start countersign), or run this command as that user (runuser -u "
                                    + owner + " -- countersign serve ...)");
                }
            }
        }
    }

    private static String owner(Path directory) {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException unknown) {
            return ROOT;
        }
    }
}
