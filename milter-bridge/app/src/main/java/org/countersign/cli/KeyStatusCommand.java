package org.countersign.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.domain.DomainName;
import org.countersign.rotation.KeyRotation.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign key status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks every authoritative server, and shows the keys with their states.",
            "",
            "It changes no state: that is the work of tick. With --wait it asks again until every server has the records."
        },
        footer = {
            "",
            "Exit status: 0, 1 a person has to do something, 75 a server could not be asked.",
            "",
            "Examples:",
            "  countersign key status",
            "  countersign key status example.org --wait 2h"
        })
final class KeyStatusCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Parameters(arity = "0..1", paramLabel = "DOMAIN", description = "Default: all domains with keys.")
    private Optional<DomainName> domain = Optional.empty();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = KeyTimes.DurationConverter.class,
            description = "Ask again until no key waits, for this long at most, such as 1h.")
    private Optional<Duration> wait = Optional.empty();

    @Option(names = "--history", description = "Show each change with its time and reason.")
    private boolean history;

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyStatusCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        KeyWork work = options.work(console.clock());
        Result result = new KeyPolling(console.clock(), time -> Thread.sleep(time.toMillis()))
                .poll(() -> work.run(rotation -> rotation.status(domain)), wait.orElse(Duration.ZERO));
        if (json) {
            JsonOutput.write(KeyJson.of(result), console.out());
            return KeyConsole.status(result).code();
        }
        if (result.keys().isEmpty()) {
            console.out()
                    .println(domain.map(name ->
                                    "There is no key of " + name + ": countersign key new " + name + " makes one")
                            .orElse("No domain is managed yet. countersign key new DOMAIN makes a key, and countersign"
                                    + " key status DOMAIN takes over the keys of DOMAIN in the signing table."));
        }
        console.text().status(result.keys());
        if (history) {
            result.keys().forEach(each -> console.text().history(each.key()));
        }
        return console.finish(result).code();
    }
}
