package org.countersign.ops;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.collect.CollectSettings;
import org.countersign.reports.collect.Collector;
import org.countersign.service.log.EventLog;
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
                meter)));
    }

    private static CollectSettings settings(Configuration configuration) {
        return configuration.extension(ReportsSettings.SECTION).collect();
    }

    /** The key of these settings if they differ: a running collector keeps those it was started with. */
    static List<String> waitingForRestart(Configuration running, Configuration now) {
        return settings(running).equals(settings(now)) ? List.of() : List.of("reports");
    }

    /** A consumer that passes each message to another one, and then counts it. */
    Consumer<FinishedMessage> after(Consumer<FinishedMessage> other) {
        return collector
                .map(counting -> other.andThen(message -> counting.accept(message.outcome())))
                .orElse(other);
    }

    /** Writes the counts that wait, at most for a few seconds. Call after the last message. */
    @Override
    public void close() {
        collector.ifPresent(Collector::close);
    }
}
