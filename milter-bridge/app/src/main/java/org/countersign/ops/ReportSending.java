package org.countersign.ops;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.MessageOutcome;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.failure.FailedMessage;
import org.countersign.reports.send.ReportSender;
import org.countersign.reports.send.ReportSigner;
import org.countersign.reports.send.SendMetrics;
import org.countersign.reports.send.SendPolicy;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;

/** Sends reports while the service runs, if the policy file has an author for them. */
final class ReportSending implements AutoCloseable {
    private final Optional<ReportSender> sender;
    private final Supplier<LoadedPolicy> policy;
    private final InstantSource clock;

    private ReportSending(Optional<ReportSender> sender, Supplier<LoadedPolicy> policy, InstantSource clock) {
        this.sender = sender;
        this.policy = policy;
        this.clock = clock;
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
            return new ReportSending(Optional.empty(), policy, clock);
        }
        Path file = policyFile.orElse(Path.of(""));
        StoreLocation location = configuration.extension(StoreSettings.SECTION).location(file);
        return new ReportSending(
                Optional.of(ReportSender.start(location, () -> policy(policy.get(), file, clock), clock, log, meter)),
                policy,
                clock);
    }

    private static SendPolicy policy(LoadedPolicy policy, Path policyFile, InstantSource clock) {
        ReportsSettings settings = policy.configuration().extension(ReportsSettings.SECTION);
        return new SendPolicy(
                settings.send(),
                settings.failures(),
                policyFile,
                new ReportSigner(policy.signingTable(), clock),
                policy.dns().cache());
    }

    private ReportsSettings settings() {
        return policy.get().configuration().extension(ReportsSettings.SECTION);
    }

    /** The fields of a message that failure reports need; none if none are sent. Called for each message. */
    List<String> keptFields() {
        return sender.isPresent() && settings().failures().isOn() ? FailedMessage.SHOWN_FIELDS : List.of();
    }

    /** A consumer that passes each message to another one, and then reports its failure if its domain asks for that. */
    Consumer<FinishedMessage> after(Consumer<FinishedMessage> other) {
        return sender.map(sending -> other.andThen(message -> reportFailure(message, sending)))
                .orElse(other);
    }

    private void reportFailure(FinishedMessage message, ReportSender sending) {
        if (!(message.outcome() instanceof MessageOutcome.Judged judged)) {
            return;
        }
        ReportsSettings settings = settings();
        if (settings.failures().isOn()) {
            FailedMessage.of(
                            judged,
                            settings.failures().domains(),
                            settings.collect().addresses(),
                            clock.instant(),
                            authservId(message, settings),
                            message.fields())
                    .ifPresent(sending::accept);
        }
    }

    /** As in the {@code Authentication-Results} field of the message. */
    private String authservId(FinishedMessage message, ReportsSettings settings) {
        String configured = policy.get().configuration().inbound().authserv().authservId();
        return configured.isEmpty()
                ? message.macros()
                        .hostName()
                        .or(() -> message.envelope().macros().hostName())
                        .or(() ->
                                settings.send().from().map(from -> from.domain().toString()))
                        .orElse("")
                : configured;
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
