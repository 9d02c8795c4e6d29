package org.countersign.reports;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.MessageOutcome;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.reports.send.ReportSender;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendMetrics;
import org.countersign.reports.send.SendPolicy;
import org.countersign.reports.send.SmtpClient;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.smtp.HeaderField;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;

/**
 * Sends reports, if the policy file has an author for them: aggregate reports from the store, and failure reports about messages
 * that a front end judges. A mail server's front end has one of it.
 */
public final class ReportSending implements AutoCloseable {
    private final Optional<Running> running;

    private record Running(ReportSender sender, Supplier<LoadedPolicy> policy, InstantSource clock) {
        LoadedPolicy current() {
            return policy.get();
        }
    }

    private ReportSending(Optional<Running> running) {
        this.running = running;
    }

    /** Sends nothing. */
    public static ReportSending off() {
        return new ReportSending(Optional.empty());
    }

    /**
     * Starts to send. Without {@code reports.send.from} nothing is started. Other settings are followed when they change.
     *
     * @param policyFile the file that the names of other files are relative to
     * @param policy the policy in effect
     * @param smtp hands reports to the mail server
     * @param meter receives the metrics of {@link SendMetrics}
     */
    public static ReportSending start(
            Optional<Path> policyFile,
            Supplier<LoadedPolicy> policy,
            SmtpClient smtp,
            InstantSource clock,
            EventLog log,
            Meter meter) {
        Configuration configuration = policy.get().configuration();
        if (!settings(configuration).send().isOn()) {
            new SendMetrics(meter);
            return off();
        }
        Path file = policyFile.orElse(Path.of(""));
        StoreLocation location = configuration.extension(StoreSettings.SECTION).location(file);
        ReportSender sender =
                ReportSender.start(location, () -> policy(policy.get(), file, clock), smtp, clock, log, meter);
        return new ReportSending(Optional.of(new Running(sender, policy, clock)));
    }

    private static SendPolicy policy(LoadedPolicy policy, Path policyFile, InstantSource clock) {
        ReportsSettings settings = settings(policy.configuration());
        return new SendPolicy(
                settings.send(),
                settings.failures(),
                policyFile,
                new ReportSigner(policy.signingTable(), clock),
                policy.dns().cache());
    }

    private static ReportsSettings settings(Configuration configuration) {
        return configuration.extension(ReportsSettings.SECTION);
    }

    /** Whether anything is sent. */
    public boolean isOn() {
        return running.isPresent();
    }

    /** The fields of a message that failure reports need; none if none are sent. Called for each message. */
    public List<String> keptFields() {
        return running.isPresent()
                        && settings(running.get().current().configuration())
                                .failures()
                                .isOn()
                ? FailedMessage.SHOWN_FIELDS
                : List.of();
    }

    /**
     * Reports the failure of a message, if its domain asks for that. Never waits and never fails.
     *
     * @param hostName the name of the mail server, where the settings have no {@code authserv-id}; empty if unknown
     * @param fields those of {@link #keptFields} that the message has, topmost first
     */
    public void accept(MessageOutcome outcome, Supplier<Optional<String>> hostName, List<HeaderField> fields) {
        if (running.isEmpty() || !(outcome instanceof MessageOutcome.Judged judged)) {
            return;
        }
        Running sending = running.get();
        Configuration configuration = sending.current().configuration();
        ReportsSettings settings = settings(configuration);
        if (settings.failures().isOn()) {
            FailedMessage.of(
                            judged,
                            settings.failures().domains(),
                            settings.collect().addresses(),
                            sending.clock().instant(),
                            authservId(configuration, hostName),
                            fields)
                    .ifPresent(sending.sender()::accept);
        }
    }

    /** As in the {@code Authentication-Results} field of the message. */
    private static String authservId(Configuration configuration, Supplier<Optional<String>> hostName) {
        String configured = configuration.inbound().authserv().authservId();
        return configured.isEmpty()
                ? hostName.get()
                        .or(() -> settings(configuration)
                                .send()
                                .from()
                                .map(from -> from.domain().toString()))
                        .orElse("")
                : configured;
    }

    /** The key of the settings that start to send, if they do so only after a restart. */
    public static List<String> waitingForRestart(Configuration running, Configuration now) {
        return settings(now).send().isOn() && !settings(running).send().isOn() ? List.of("reports.send") : List.of();
    }

    /** Ends within a few seconds. */
    @Override
    public void close() {
        running.ifPresent(sending -> sending.sender().close());
    }
}
