package org.countersign.reports.send;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;

/**
 * The section {@code reports.failure-reports} of the policy file: about which domains failure reports are sent, and how many.
 *
 * @param domains {@code domains}: the domains whose records are followed, each by its own name; none for no failure reports
 * @param redactionKeyFile {@code redaction-key-file}; empty for a key that the store keeps
 * @param subject {@code subject}: whether reports show the Subject of messages
 * @param maxSize {@code max-size}: octets of a report
 * @param perAddress {@code max-per-address}: reports to one address in a day
 * @param perHour {@code max-per-hour}: reports to all addresses
 */
public record FailureSettings(
        Set<DomainName> domains,
        Optional<String> redactionKeyFile,
        boolean subject,
        long maxSize,
        int perAddress,
        int perHour) {
    /** None are sent. */
    public static final FailureSettings OFF = new FailureSettings(Set.of(), Optional.empty(), false, 32L << 10, 20, 60);

    /** Declares the section. */
    public static final Section<FailureSettings> SECTION = Section.of("failure-reports", OFF, FailureSettings::read);

    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final long MIN_SIZE = 8L << 10;
    private static final long MAX_SIZE = 1L << 20;
    private static final int MAX_REPORTS = 100_000;

    public FailureSettings {
        domains = Set.copyOf(domains);
    }

    /** Whether failure reports are sent. */
    public boolean isOn() {
        return !domains.isEmpty();
    }

    private static FailureSettings read(SettingReader<FailureSettings> keys) {
        return new FailureSettings(
                Set.copyOf(keys.setting(
                                "domains",
                                "The domains whose DMARC records are asked for failure reports (`ruf`, `fo`), each by its own"
                                        + " name. Without one none are sent. They need `reports.send.from`.")
                        .list(ValueType.DOMAIN_NAME, settings -> List.copyOf(settings.domains))),
                keys.setting(
                                "redaction-key-file",
                                "A file with a secret of at least 16 octets. Local parts of addresses are replaced by a hash"
                                        + " with this key. Only the user of the service may be able to read it. `credential:NAME` is a"
                                        + " credential of systemd.")
                        .optional(FILE, "a key that the store keeps"),
                keys.setting("subject", "Whether reports show the Subject of messages.")
                        .flag(FailureSettings::subject),
                keys.setting(
                                "max-size",
                                "The maximum size of a report. Beyond it, fields of the message are left out. Bodies are"
                                        + " never sent.")
                        .size(FailureSettings::maxSize, MIN_SIZE, MAX_SIZE),
                keys.setting(
                                "max-per-address",
                                "The maximum number of failure reports to one address in a day in UTC. They are at least a"
                                        + " minute apart.")
                        .count(FailureSettings::perAddress, 1, MAX_REPORTS),
                keys.setting("max-per-hour", "The maximum number of failure reports to all addresses in an hour.")
                        .count(FailureSettings::perHour, 1, MAX_REPORTS));
    }

    /**
     * Reads the key file.
     *
     * @param policyFile the file that its name is relative to
     * @return empty if the settings name none
     * @throws FileFailure if it cannot be read, or others can read it
     */
    Optional<Octets> redactionKey(Path policyFile) throws FileFailure {
        if (redactionKeyFile.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                HostFiles.readSecret(policyFile, redactionKeyFile.get(), "reports.failure-reports.redaction-key-file"));
    }
}
