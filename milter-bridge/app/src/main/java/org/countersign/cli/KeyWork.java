package org.countersign.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.config.SigningTableEntry;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.rotation.KeyRotation;
import org.countersign.rotation.RotationFailure;
import org.countersign.rotation.RotationFiles;

/**
 * The files of a command of {@code countersign key}, and the rotation that changes them.
 *
 * @param hasPolicyFile whether the command was given a policy file
 * @param missingSetting the line that the policy file lacks, so that the service does not follow the table; empty if it
 *     does, and without a policy file
 * @param earlierEntries the entries of the policy file, which are tried before the lines of the table file
 */
record KeyWork(
        RotationFiles files,
        KeyRotation rotation,
        boolean hasPolicyFile,
        Optional<String> missingSetting,
        List<SigningTableEntry> earlierEntries) {
    /** A step of the rotation. */
    interface Step<T> {
        T run(KeyRotation rotation) throws RotationFailure;
    }

    /**
     * The result of a step.
     *
     * @throws CommandFailure with the lines of the {@link RotationFailure}, and with the status of its reason
     */
    <T> T run(Step<T> step) throws CommandFailure {
        try {
            return step.run(rotation);
        } catch (RotationFailure failure) {
            throw new CommandFailure(
                    switch (failure.reason()) {
                        case NOT_POSSIBLE -> ExitStatus.CHECK_FAILED;
                        case BAD_FILE -> CommandFailure.statusOf(failure.file());
                        case NOT_WRITTEN -> ExitStatus.CANNOT_CREATE;
                        case TRY_AGAIN -> ExitStatus.TRY_AGAIN;
                    },
                    failure.lines());
        }
    }

    /** The line of the policy file with which the service follows the table; empty if it does. */
    Optional<String> setting() {
        return hasPolicyFile
                ? missingSetting
                : Optional.of(settingFor(files.table().toAbsolutePath().normalize()));
    }

    /** The line of the policy file that names a table file. */
    static String settingFor(Path table) {
        return "table-file: " + table;
    }

    /** The entry of the policy file that is tried before the table file for some or all mail of a domain. */
    Optional<SigningTableEntry> entryBefore(DomainName domain) {
        return earlierEntries.stream()
                .filter(entry -> entry.authors().isEmpty()
                        || entry.authors().stream().anyMatch(pattern -> isFor(pattern, domain)))
                .findFirst();
    }

    private static boolean isFor(AddressPattern pattern, DomainName domain) {
        return pattern.covers(new AddressPattern.Domain(domain))
                || (pattern instanceof AddressPattern.Address address
                        && address.domain().equals(domain));
    }
}
