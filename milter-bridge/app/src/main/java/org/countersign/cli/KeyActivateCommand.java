package org.countersign.cli;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.countersign.domain.DomainName;
import org.countersign.rotation.KeyRotation.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign key activate}. */
@Command(
        name = "activate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets the ready keys of a domain sign. The keys before them stay as a reserve for a day.",
            "",
            "A key that is not ready signs nothing."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key activate example.org",
            "  countersign key activate example.org --at 2027-01-01"
        })
final class KeyActivateCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DOMAIN", description = "The signing domain.")
    private DomainName domain;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = KeyTimes.StartConverter.class,
            description = "A date or a time in UTC such as 2026-07-01T06:00:00Z. Default: now.")
    private Optional<Instant> at = Optional.empty();

    @Option(names = "--when-ready", description = "Let tick activate the keys as soon as they may sign.")
    private boolean whenReady;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    KeyActivateCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (at.isPresent() && whenReady) {
            throw new ParameterException(spec.commandLine(), "--at and --when-ready exclude each other");
        }
        KeyWork work = options.work(console.clock());
        Result result =
                work.run(rotation -> whenReady ? rotation.activateWhenReady(domain) : rotation.activate(domain, at));
        ExitStatus status = console.done(result);
        work.setting().ifPresent(console::showSetting);
        return status.code();
    }
}
