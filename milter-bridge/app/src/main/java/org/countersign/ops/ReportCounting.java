package org.countersign.ops;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.reports.ReportsSettings;
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

/** Counts finished messages for DMARC reports, if the policy file asks for it. */
final class ReportCounting implements AutoCloseable {
    private final Optional<Collector> collector;

    private ReportCounting(Optional<Collector> collector) {
        this.collector = collector;
    }

    /**
     * Starts to count. Without {@code reports.collect} nothing is started, and no message pays for it.
     *
     * @param policyFile the file that the names of other files are relative to
     */
    static ReportCounting start(
            Optional<Path> policyFile, Configuration configuration, InstantSource clock, EventLog log, Meter meter) {
        CollectSettings settings = settings(configuration);
        if (!settings.isOn()) {
            Collector.registerOff(meter);
            return new ReportCounting(Optional.empty());
        }
        Path file = policyFile.orElse(Path.of(""));
        return new ReportCounting(Optional.of(Collector.start(
                settings,
                file.resolveSibling(settings.spool()),
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

    private static CollectSettings settings(Configuration configuration) {
        return configuration.extension(ReportsSettings.SECTION).collect();
    }

    /** The key of these settings if they differ: a running collector keeps those it was started with. */
    static List<String> waitingForRestart(Configuration running, Configuration now) {
        ReportsSettings before = running.extension(ReportsSettings.SECTION);
        ReportsSettings after = now.extension(ReportsSettings.SECTION);
        return before.collect().equals(after.collect()) && before.kafka().equals(after.kafka())
                ? List.of()
                : List.of("reports");
    }

    /** A consumer that passes each message to another one, and then counts it. */
    Consumer<FinishedMessage> after(Consumer<FinishedMessage> other) {
        return collector
                .map(counting -> other.andThen(message -> counting.accept(message.outcome(), message.queueId())))
                .orElse(other);
    }

    /** Writes the counts that wait, at most for a few seconds. Call after the last message. */
    @Override
    public void close() {
        collector.ifPresent(Collector::close);
    }
}
