package org.countersign.reports;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.reports.collect.BrokerSettings;
import org.countersign.reports.collect.CollectSettings;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.reports.send.FailureSettings;
import org.countersign.reports.send.SendSettings;
import org.countersign.reports.source.MailServices;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Ascii;

/**
 * The section {@code reports} of the policy file.
 *
 * @param collect the keys at its top: whether and how messages are counted
 * @param kafka {@code kafka}: whether other systems get an event for each message
 * @param send {@code send}: whether and how aggregate reports are sent
 * @param failures {@code failure-reports}: about which domains failure reports are sent
 * @param receive {@code receive}: which reports of others are taken
 * @param servicesFile {@code services-file}: more names of mail services, by the domains that they use
 */
public record ReportsSettings(
        CollectSettings collect,
        BrokerSettings kafka,
        SendSettings send,
        FailureSettings failures,
        ReceiveSettings receive,
        Optional<String> servicesFile) {
    /** Nothing is counted, nothing is sent, and no mailbox is read. */
    public static final ReportsSettings DEFAULT = new ReportsSettings(
            CollectSettings.OFF,
            BrokerSettings.OFF,
            SendSettings.OFF,
            FailureSettings.OFF,
            ReceiveSettings.DEFAULT,
            Optional.empty());

    /** Declares the section. */
    public static final Section<ReportsSettings> SECTION = Section.of("reports", DEFAULT, ReportsSettings::read);

    private static final ValueType<String> DIRECTORY =
            ValueType.of("the name of a directory", ValueType.TEXT::parse, "directory");
    private static final ValueType<String> ADDRESS = ValueType.of(
            "an address such as dmarc@example.org",
            text -> Optional.of(Ascii.lower(text)).filter(address -> address.indexOf('@') > 0),
            "address");
    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final int MAX_SERVICES = 1 << 20;
    private static final long MIN_SPOOL = 1L << 20;
    private static final long MAX_SPOOL = 1L << 40;
    private static final Duration MIN_ROWS = Duration.ofDays(2);
    private static final Duration MIN_DAYS = Duration.ofDays(7);
    private static final Duration MAX_KEPT = Duration.ofDays(4_000);

    private static ReportsSettings read(SettingReader<ReportsSettings> keys) {
        ReportsSettings settings = new ReportsSettings(
                collect(keys),
                keys.section(BrokerSettings.SECTION),
                keys.section(SendSettings.SECTION),
                keys.section(FailureSettings.SECTION),
                keys.section(ReceiveSettings.SECTION),
                keys.setting(
                                "services-file",
                                "A text file with more names of mail services, which take precedence over the table of the"
                                        + " program: in each line a domain, a space and a name.")
                        .optional(FILE, "none"));
        if (settings.failures.isOn() && !settings.send.isOn()) {
            keys.report(
                    "failure-reports",
                    "names domains, but there is no address that reports are sent from",
                    "set reports.send.from");
        }
        return settings;
    }

    /**
     * The names of mail services: those of the program and of the file.
     *
     * @param policyFile the file that the name of the other one is relative to
     * @throws FileFailure if the file cannot be read
     */
    public MailServices services(Path policyFile) throws FileFailure {
        MailServices bundled = MailServices.bundled();
        if (servicesFile.isEmpty()) {
            return bundled;
        }
        Path file = policyFile.resolveSibling(servicesFile.get());
        return bundled.with(HostFiles.read(file, "reports.services-file: " + file, MAX_SERVICES)
                .utf8());
    }

    private static CollectSettings collect(SettingReader<ReportsSettings> keys) {
        SettingReader<ReportsSettings> keep = keys.in("keep");
        return new CollectSettings(
                keys.setting(
                                "collect",
                                "Whether inbound messages are counted for DMARC reports. The counts are in the store that the"
                                        + " section `store` names.")
                        .flag(settings -> settings.collect().isOn()),
                keys.setting(
                                "spool",
                                "The directory in which counts wait until they are in the store. It is created if it does not"
                                        + " exist. Each host and each program on a host needs its own one.")
                        .value(DIRECTORY, settings -> settings.collect().spool()),
                keys.setting(
                                "spool-size",
                                "The maximum size of this directory. Beyond it messages are not counted, and the reports of"
                                        + " these days say so.")
                        .size(settings -> settings.collect().spoolSize(), MIN_SPOOL, MAX_SPOOL),
                keys.setting(
                                "envelope-to",
                                "Whether reports name the domain of the recipients. `true` tells other organizations which"
                                        + " domains this system receives mail for, and makes more rows.")
                        .flag(settings -> settings.collect().envelopeTo()),
                keys.setting(
                                "addresses",
                                "The addresses that receive reports about our own domains. Mail to them is counted, but is no"
                                        + " reason to send a report: two systems could report on each other's reports for"
                                        + " ever.")
                        .list(ADDRESS, settings -> settings.collect().addresses()),
                new CollectSettings.Keep(
                        keep.setting("rows", "For how long the rows of reports are kept after their day.")
                                .duration(settings -> settings.collect().keep().rows(), MIN_ROWS, MAX_KEPT),
                        keep.setting("days", "For how long the sums of each day are kept.")
                                .duration(settings -> settings.collect().keep().days(), MIN_DAYS, MAX_KEPT)));
    }
}
