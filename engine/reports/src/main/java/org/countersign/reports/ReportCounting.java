package org.countersign.reports;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.reports.collect.BrokerClient;
import org.countersign.reports.collect.BrokerSettings;
import org.countersign.reports.collect.CollectSettings;
import org.countersign.reports.collect.Collector;
import org.countersign.reports.collect.VerdictBroker;
import org.countersign.reports.collect.VerdictSink;
import org.countersign.service.FileFailure;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreSettings;

/** Counts judged messages for DMARC reports, if the policy file asks for it. A mail server's front end has one of it. */
public final class ReportCounting implements AutoCloseable {
    private final Optional<Collector> collector;

    private ReportCounting(Optional<Collector> collector) {
        this.collector = collector;
    }

    /** Counts nothing. */
    public static ReportCounting off() {
        return new ReportCounting(Optional.empty());
    }

    /**
     * Starts to count. Without {@code reports.collect} nothing is started, and no message pays for it.
     *
     * @param policyFile the file that the names of other files are relative to
     * @param meter receives the metrics of {@link Collector}
     */
    public static ReportCounting start(
            Optional<Path> policyFile, Configuration configuration, InstantSource clock, EventLog log, Meter meter) {
        CollectSettings settings = settings(configuration);
        if (!settings.isOn()) {
            Collector.registerOff(meter);
            return off();
        }
        Path file = policyFile.orElse(Path.of(""));
        return new ReportCounting(Optional.of(Collector.start(
                settings,
                spool(settings, file),
                configuration.extension(StoreSettings.SECTION).location(file),
                clock,
                log,
                sink(configuration.extension(ReportsSettings.SECTION).kafka(), file, clock, log, meter),
                meter)));
    }

    /** The way to a broker of events. If there is none, mail and counts go on without it. */
    private static VerdictSink sink(
            BrokerSettings settings, Path policyFile, InstantSource clock, EventLog log, Meter meter) {
        Optional<BrokerClient> client = settings.client(policyFile);
        if (client.isEmpty()) {
            return VerdictSink.NONE;
        }
        try {
            Optional<VerdictBroker> broker = VerdictBroker.find();
            if (broker.isPresent()) {
                return broker.get().open(client.get(), hostName(), clock, log, meter);
            }
            warn("the client of Kafka is missing: " + VerdictBroker.REMEDY, log);
        } catch (FileFailure failure) {
            warn(String.join("; ", failure.lines()), log);
        }
        return VerdictSink.NONE;
    }

    private static void warn(String problem, EventLog log) {
        log.write(new LogEvent("kafka", Level.WARNING, "no-events")
                .with("problem", problem + "; mail and reports are not affected"));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "localhost";
        }
    }

    /**
     * The directory in which counts wait for the store.
     *
     * @param policyFile the file that the names of other files are relative to
     * @return empty if messages are not counted
     */
    public static Optional<Path> spool(Path policyFile, Configuration configuration) {
        return Optional.of(settings(configuration))
                .filter(CollectSettings::isOn)
                .map(settings -> spool(settings, policyFile));
    }

    private static Path spool(CollectSettings settings, Path policyFile) {
        return policyFile.resolveSibling(settings.spool());
    }

    private static CollectSettings settings(Configuration configuration) {
        return configuration.extension(ReportsSettings.SECTION).collect();
    }

    /** The key of these settings if they differ: a running collector keeps those it was started with. */
    public static List<String> waitingForRestart(Configuration running, Configuration now) {
        ReportsSettings before = running.extension(ReportsSettings.SECTION);
        ReportsSettings after = now.extension(ReportsSettings.SECTION);
        return before.collect().equals(after.collect()) && before.kafka().equals(after.kafka())
                ? List.of()
                : List.of("reports");
    }

    /** Whether messages are counted. */
    public boolean isOn() {
        return collector.isPresent();
    }

    /**
     * Counts a message that was decided on. Never waits and never fails.
     *
     * @param queueId of the mail server; no text if unknown
     */
    public void accept(MessageOutcome outcome, String queueId) {
        collector.ifPresent(counting -> counting.accept(outcome, queueId));
    }

    /** Writes the counts that wait, at most for a few seconds. Call after the last message. */
    @Override
    public void close() {
        collector.ifPresent(Collector::close);
    }
}
