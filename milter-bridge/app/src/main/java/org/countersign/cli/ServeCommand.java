package org.countersign.cli;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.countersign.milter.server.BindFailure;
import org.countersign.ops.MilterService;
import org.countersign.service.FileFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the milter service for Postfix or Sendmail in the foreground.",
        footer = {
            "",
            "Examples:",
            "  countersign serve --config /etc/countersign/countersign.yaml",
            "  countersign --debug serve --config countersign.yaml",
            "",
            "",
            "Without a policy file the service listens on inet:127.0.0.1:8891 in mode",
            "monitor, which never refuses mail for its authentication.",
            "The log goes to standard error, one line for each message or event.",
            "SIGTERM or SIGINT stops the service after the messages in progress; a second",
            "one stops it at once. SIGHUP or SIGUSR1 reloads the policy file at once."
        })
final class ServeCommand implements Callable<Integer> {
    private final Streams streams;
    private final BooleanSupplier debug;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

    ServeCommand(Streams streams, BooleanSupplier debug) {
        this.streams = streams;
        this.debug = debug;
    }

    @Override
    public Integer call() throws CommandFailure {
        try {
            new MilterService(streams.err(), debug.getAsBoolean()).run(config.file());
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        } catch (BindFailure failure) {
            throw new CommandFailure(ExitStatus.IO, String.valueOf(failure.getMessage()));
        }
        return ExitStatus.OK.code();
    }
}
