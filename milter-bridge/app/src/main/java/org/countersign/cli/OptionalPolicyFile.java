package org.countersign.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The policy file of a command that can do a part of its work without it. An installed program has a default. */
final class OptionalPolicyFile {
    @Option(names = "--config", paramLabel = "YAML", description = InstalledPolicyFile.DESCRIPTION)
    private Optional<Path> file = Optional.empty();

    Optional<Path> file() {
        return file;
    }

    /**
     * The policy file, where the command cannot go on without it.
     *
     * @param command the command that has this option
     * @throws ParameterException if there is none
     */
    Path required(CommandSpec command) {
        return file.orElseThrow(
                () -> new ParameterException(command.commandLine(), "Missing required option: '--config=YAML'"));
    }
}
