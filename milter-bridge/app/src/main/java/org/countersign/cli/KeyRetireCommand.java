package org.countersign.cli;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.rotation.KeyRotation.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign key retire}. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Ends the signing of a key. Its record must stay until tick says that it can go.",
            "",
            "Its file is deleted an hour later."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key retire example.org r202611",
            "  countersign key retire example.org r202611 --config /etc/countersign/countersign.yaml"
        })
final class KeyRetireCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Mixin
    private final KeyName name = new KeyName();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = KeyTimes.EndConverter.class,
            description = "A date, which is the last day, or a time in UTC. Default: now.")
    private Optional<Instant> at = Optional.empty();

    @Option(names = "--even-the-last", description = "Even if nothing signs the mail of the domain then.")
    private boolean evenTheLast;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyRetireCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Result result = options.work(console.clock())
                .run(rotation -> rotation.retire(name.domain(), name.selector(), at, evenTheLast));
        return console.done(result).code();
    }
}
