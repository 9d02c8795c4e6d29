package org.countersign.ops;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.send.ReportSender;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendMetrics;
import org.countersign.reports.send.SendPolicy;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;

/** Sends aggregate reports while the service runs, if the policy file has an author for them. */
final class ReportSending implements AutoCloseable {
    private final Optional<ReportSender> sender;

    private ReportSending(Optional<ReportSender> sender) {
        this.sender = sender;
    }

    /**
     * Starts to send. Without {@code reports.send.from} nothing is started. Other settings are followed when they change.
     *
     * @param policyFile the file that the names of other files are relative to
     * @param policy the policy in effect
     */
    static ReportSending start(
            Optional<Path> policyFile, Supplier<LoadedPolicy> policy, InstantSource clock, EventLog log, Meter meter) {
        Configuration configuration = policy.get().configuration();
        if (!configuration.extension(ReportsSettings.SECTION).send().isOn()) {
            new SendMetrics(meter);
            return new ReportSending(Optional.empty());
        }
        StoreLocation location =
                configuration.extension(StoreSettings.SECTION).location(policyFile.orElse(Path.of("")));
        return new ReportSending(
                Optional.of(ReportSender.start(location, () -> policy(policy.get(), clock), clock, log, meter)));
    }

    private static SendPolicy policy(LoadedPolicy policy, InstantSource clock) {
        return new SendPolicy(
                policy.configuration().extension(ReportsSettings.SECTION).send(),
                new ReportSigner(policy.signingTable(), clock),
                policy.dns().cache());
    }

    /** The key of the settings that start to send, if they do so only after a restart. */
    static List<String> waitingForRestart(Configuration running, Configuration now) {
        boolean wasOn = running.extension(ReportsSettings.SECTION).send().isOn();
        boolean isOn = now.extension(ReportsSettings.SECTION).send().isOn();
        return isOn && !wasOn ? List.of("reports.send") : List.of();
    }

    /** Ends within a few seconds. */
    @Override
    public void close() {
        sender.ifPresent(ReportSender::close);
    }
}
