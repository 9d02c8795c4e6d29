package org.countersign.cli;

import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code countersign key}. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Exchanges DKIM keys of domains whose DNS other people run. A new key signs only after every authoritative"
                    + " server has its record and no cache can still say that it does not exist.",
            "",
            "The commands change the file of signing.table-file and a file of states next to it, and never the policy"
                    + " file. docs/keys.md has a walk-through."
        },
        footer = {
            "",
            "Examples:",
            "  countersign key new example.org --when-ready",
            "  countersign key status example.org",
            "  countersign key activate example.org",
            "  countersign key tick",
        })
final class KeyCommand extends CommandGroup {
    private KeyCommand() {}

    /** The command with its subcommands. */
    static CommandLine create(Streams streams, InstantSource clock) {
        KeyConsole console = new KeyConsole(streams, clock);
        return new CommandLine(new KeyCommand())
                .addSubcommand(new KeyNewCommand(console))
                .addSubcommand(new KeyRecordCommand(console))
                .addSubcommand(new KeyPublishCommand(console))
                .addSubcommand(new KeyStatusCommand(console))
                .addSubcommand(new KeyActivateCommand(console))
                .addSubcommand(new KeyRetireCommand(console))
                .addSubcommand(new KeyRevokeCommand(console))
                .addSubcommand(new KeyForgetCommand(console))
                .addSubcommand(new KeyTickCommand(console));
    }
}
