package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.ReturnedReports;
import org.countersign.reports.receive.ImapSettings;
import org.countersign.reports.receive.MailboxService;
import org.countersign.reports.receive.ReceiveMetrics;
import org.countersign.reports.receive.ReceiveSettings;
import org.countersign.reports.receive.ReportMailbox;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.receive.ReportReceiverFactory;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreSettings;

/** Reads the mailbox of reports, if the policy file names one. */
final class ReportReceiving implements AutoCloseable {
    private final Optional<MailboxService> service;

    private ReportReceiving(Optional<MailboxService> service) {
        this.service = service;
    }

    /**
     * Starts to read. Without {@code reports.receive.imap.host} nothing is started.
     *
     * @param policyFile the file that the names of other files are relative to
     * @throws FileFailure if the signing table cannot be read
     */
    static ReportReceiving start(
            Optional<Path> policyFile, Supplier<LoadedPolicy> policy, InstantSource clock, EventLog log, Meter meter)
            throws FileFailure {
        ReceiveMetrics metrics = new ReceiveMetrics(meter);
        Configuration configuration = policy.get().configuration();
        ReceiveSettings settings =
                configuration.extension(ReportsSettings.SECTION).receive();
        ImapSettings imap = settings.imap();
        if (!imap.isOn()) {
            return new ReportReceiving(Optional.empty());
        }
        Path file = policyFile.orElse(Path.of(""));
        ReportReceiverFactory factory = ReportReceiverFactory.of(
                file,
                configuration,
                settings,
                configuration.extension(StoreSettings.SECTION).location(file),
                () -> policy.get().dns().cache(),
                clock);
        if (factory.isWithoutDomains()) {
            log.write(new LogEvent("reports", Level.WARNING, "mailbox-not-read")
                    .with(
                            "problem",
                            "no domain is known to be ours, so all reports would be refused: set protect, signing.keys"
                                    + " or reports.receive.about, and restart"));
            return new ReportReceiving(Optional.empty());
        }
        ReportReceiver receiver = factory.receiver(new ReturnedReports(clock), Door.MAIL, clock);
        ReportMailbox mailbox =
                new ReportMailbox(imap, file, receiver, UUID.randomUUID().toString(), clock);
        return new ReportReceiving(Optional.of(MailboxService.start(
                mailbox,
                receiver,
                imap.interval(),
                settings.capacity(Runtime.getRuntime().maxMemory()),
                clock,
                log,
                metrics)));
    }

    /** The section {@code reports.receive} if it differs: a mailbox is read as at the start. */
    static List<String> waitingForRestart(Configuration running, Configuration now) {
        ReceiveSettings before = running.extension(ReportsSettings.SECTION).receive();
        ReceiveSettings after = now.extension(ReportsSettings.SECTION).receive();
        boolean read = before.imap().isOn() || after.imap().isOn();
        return read && !before.equals(after) ? List.of("reports.receive") : List.of();
    }

    @Override
    public void close() {
        service.ifPresent(MailboxService::close);
    }
}
