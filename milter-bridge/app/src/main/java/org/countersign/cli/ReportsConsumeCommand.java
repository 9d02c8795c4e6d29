package org.countersign.cli;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.countersign.config.Configuration;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.collect.BrokerClient;
import org.countersign.reports.collect.VerdictBroker;
import org.countersign.service.FileFailure;
import org.countersign.service.log.LogEvent;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.syntax.Escapes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign reports consume}. */
@Command(
        name = "consume",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Counts the events of all hosts in Kafka into the store, for hosts that do not write to the store themselves."
                    + " Runs until it is stopped. Several may run at the same time and share the partitions.",
            "",
            "Needs the jar countersign-kafka-sink and the client of Kafka, see docs/scaling.md."
        },
        footer = {
            "",
            "Examples:",
            "  countersign reports consume",
            "  countersign reports consume --config /etc/countersign/countersign.yaml"
        })
final class ReportsConsumeCommand implements Callable<Integer> {
    private final Streams streams;
    private final InstantSource clock;

    @Mixin
    private final PolicyFileOption config = new PolicyFileOption();

    ReportsConsumeCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        Configuration configuration = PolicyFiles.read(config.file());
        BrokerClient client = configuration
                .extension(ReportsSettings.SECTION)
                .kafka()
                .client(config.file())
                .orElseThrow(
                        () -> new CommandFailure(
                                ExitStatus.CONFIGURATION,
                                config.file()
                                        + " has no reports.kafka.properties: name the file with the settings of the Kafka client"));
        VerdictBroker broker = VerdictBroker.find()
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.CONFIGURATION, "the client of Kafka is missing: " + VerdictBroker.REMEDY));
        StoreLocation store = configuration.extension(StoreSettings.SECTION).location(config.file());
        try {
            broker.consume(client, store, clock, this::log);
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
        return ExitStatus.OK.code();
    }

    private void log(LogEvent event) {
        StringBuilder line = new StringBuilder("countersign: ").append(event.name());
        event.pairs()
                .forEach(
                        (key, value) -> line.append(' ').append(key).append('=').append(value));
        streams.err().println(Escapes.printable(line.toString()));
    }
}
