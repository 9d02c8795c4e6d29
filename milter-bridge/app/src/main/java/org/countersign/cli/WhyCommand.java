package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.config.Configuration;
import org.countersign.explain.Explanation;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceEntry;
import org.countersign.trace.TraceReader;
import org.countersign.trace.TraceSettings;
import org.countersign.trace.TraceWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign why}. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Explains from the trace what happened to a message, or lists messages.",
        footer = {
            "",
            "Examples:",
            "  countersign why 4XzJ2y3Zm4z1",
            "  countersign why '<20261128.1200@mail.example.net>'",
            "  countersign why --last 20 --verdict reject --author bank.example --since 2h",
            "",
            "ID is the queue id of the mail server, or the Message-ID with or without its",
            "angle brackets. The policy file must set trace.days; the service writes the",
            "trace.",
            "Exit status: 0 found, 1 none found, 64 and above: an error.",
        })
final class WhyCommand implements Callable<Integer> {
    // More messages of one queue id are told apart by their Message-ID.
    private static final int MAX_FOUND = 100;

    private final Streams streams;
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The queue id or the Message-ID of a message.")
    private Optional<String> id = Optional.empty();

    @Mixin
    private final WhyOptions options = new WhyOptions();

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    WhyCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (id.isPresent() == options.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    id.isPresent()
                            ? "an ID is for one message, and --last, --verdict, --would-be, --author, --rule, --client"
                                    + " and --since are for a list"
                            : "name a message by its queue id or its Message-ID, or list messages with --last 20");
        }
        Path policy = config.required(spec);
        Configuration configuration = PolicyFiles.read(policy);
        StoreLocation location = configuration.extension(StoreSettings.SECTION).location(policy);
        TraceSettings settings = configuration.extension(TraceSettings.SECTION);
        try (TraceReader reader = TraceReader.open(location)) {
            return (id.isPresent() ? explain(reader, settings, id.get()) : list(reader, settings)).code();
        } catch (StoreFailure failure) {
            throw failure(failure, settings);
        }
    }

    private ExitStatus explain(TraceReader reader, TraceSettings settings, String wanted)
            throws StoreFailure, CommandFailure {
        List<TraceEntry> found = reader.find(wanted, MAX_FOUND);
        if (found.isEmpty()) {
            streams.err().println("countersign: no message with the queue id or Message-ID " + Main.quoted(wanted));
            absence(reader, settings);
            return ExitStatus.NONE_FOUND;
        }
        TraceEntry latest = found.getFirst();
        Explanation.Group explanation = explanation(reader, latest);
        WhyText text = new WhyText(streams.out());
        if (json) {
            text.json(explanation);
            return ExitStatus.OK;
        }
        text.explanation(latest, explanation, Duration.between(latest.time(), clock.instant()));
        if (found.size() > 1) {
            text.others(found.subList(1, found.size()));
        }
        return ExitStatus.OK;
    }

    private static Explanation.Group explanation(TraceReader reader, TraceEntry entry)
            throws StoreFailure, CommandFailure {
        try {
            return reader.explanation(entry)
                    .orElseThrow(() -> new CommandFailure(
                            ExitStatus.BAD_DATA,
                            "the explanation of this message was removed just now: it is too old"));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA, "the explanation of this message cannot be read: " + unreadable.getMessage());
        }
    }

    private ExitStatus list(TraceReader reader, TraceSettings settings) throws StoreFailure, CommandFailure {
        Instant now = clock.instant();
        List<TraceEntry> found = reader.latest(options.query(now), options.last());
        WhyText text = new WhyText(streams.out());
        if (json) {
            text.json(found);
        } else if (!found.isEmpty()) {
            text.table(found);
        }
        if (found.isEmpty()) {
            streams.err().println("countersign: no message for which all conditions hold");
            absence(reader, settings);
            return ExitStatus.NONE_FOUND;
        }
        return ExitStatus.OK;
    }

    /** Says why a message may be missing. */
    private void absence(TraceReader reader, TraceSettings settings) throws StoreFailure {
        String oldest = reader.oldest()
                .map(time -> "the trace reaches back to " + WhyText.time(time))
                .orElse("the trace is empty");
        streams.err()
                .println("countersign: " + oldest
                        + (settings.isOn()
                                ? "; a message is in it about " + TraceWriter.DELAY.toSeconds()
                                        + " s after the answer to the client"
                                : "; now no message is traced, because trace.days is 0"));
    }

    private static CommandFailure failure(StoreFailure failure, TraceSettings settings) {
        return new CommandFailure(
                ExitStatus.of(failure.reason()),
                settings.isOn()
                        ? List.of(failure.problem())
                        : List.of(
                                failure.problem(),
                                "no message is traced, because trace.days is 0: set it in the policy file, for example"
                                        + " trace: { days: 14 }, and restart the service"));
    }
}
