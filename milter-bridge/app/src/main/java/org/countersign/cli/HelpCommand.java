package org.countersign.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.countersign.cli.manual.CommandManual;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign help}: the manual page of a command as text. */
@Command(
        name = "help",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the manual page of a command: what it is for, its options, its exit status and examples."
                + " Without a command it lists all commands. The installed program has the same pages for man(1).",
        footer = {"", "Examples:", "  countersign help check", "  countersign help reports ready"})
final class HelpCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "A command, with those above it.")
    private List<String> words = List.of();

    HelpCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        CommandLine program = Main.specification().commandLine();
        if (words.isEmpty()) {
            streams.out().print(program.getUsageMessage());
            return ExitStatus.OK.code();
        }
        CommandLine command = program;
        for (String word : words) {
            CommandLine below = command.getSubcommands().get(word);
            if (below == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        command.getCommandSpec().qualifiedName(" ") + " has no command " + Main.quoted(word));
            }
            command = below;
        }
        streams.out().print(CommandManual.page(command.getCommandSpec()).plain());
        return ExitStatus.OK.code();
    }
}
