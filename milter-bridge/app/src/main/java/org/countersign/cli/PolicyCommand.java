package org.countersign.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.policy.PolicyExample;
import org.countersign.syntax.Escapes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign policy}. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Shows and tests the rules for inbound mail.",
            "",
            "The command show explains the order of the rules. The command test is for a script that installs a new file."
        },
        footer = {
            "",
            "Examples:",
            "  countersign policy show --config /etc/countersign/countersign.yaml",
            "  countersign policy test --config /etc/countersign/countersign.yaml",
        })
final class PolicyCommand extends CommandGroup {
    private final Streams streams;

    PolicyCommand(Streams streams) {
        this.streams = streams;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Shows the rules in the order in which they are tried, each with its reason and its origin, the"
                            + " settings that the file changes, and the lines of the signing table.",
            footer = {
                "",
                "Examples:",
                "  countersign policy show",
                "  countersign policy show --config new.yaml",
                "",
                "Without a policy file it shows the built-in rules. Key files are not read."
            })
    int show(@Mixin OptionalPolicyFile config) throws CommandFailure {
        Optional<Path> file = config.file();
        if (file.isEmpty()) {
            RulesText.write(Configuration.DEFAULT, streams.out());
            return ExitStatus.OK.code();
        }
        ParsedConfiguration.Valid read = read(file.get());
        List<SigningTableFile.Line> table =
                PolicyFiles.readTable(file.get(), read.configuration().signing());
        RulesText.write(read.configuration(), streams.out());
        SettingsText.write(read.settings(), streams.out());
        TablesText.write(file.get(), read.configuration().signing(), table, streams.out());
        return ExitStatus.OK.code();
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Runs the examples in the policy file against the rules, without DNS.",
                "",
                "An example has the facts of a message and the expected verdict. The service refuses a file whose examples fail."
            },
            footer = {
                "",
                "Examples:",
                "  countersign policy test",
                "  countersign policy test --config new.yaml",
                "",
                "Exit status: 0 all as expected, 1 some not as expected, 64 and above: an error."
            })
    int test(@Mixin PolicyFileOption config) throws CommandFailure {
        List<PolicyExample.Trial> trials =
                read(config.file()).configuration().policy().tryExamples();
        PrintStream out = streams.out();
        for (PolicyExample.Trial trial : trials) {
            PolicyExample example = trial.example();
            out.println((trial.passed() ? "pass  " : "FAIL  ") + Escapes.printable(example.name()) + ": "
                    + trial.difference()
                            .map(difference -> difference + " (" + example.location() + ")")
                            .orElseGet(() -> trial.decision().ruled().keyword() + " by "
                                    + trial.decision().rule()));
        }
        long failed = trials.stream().filter(trial -> !trial.passed()).count();
        out.println(trials.size() + " examples, " + failed + " not as expected");
        return failed == 0 ? ExitStatus.OK.code() : ExitStatus.CHECK_FAILED.code();
    }

    private ParsedConfiguration.Valid read(Path file) throws CommandFailure {
        ParsedConfiguration.Valid read = PolicyFiles.readWithWarnings(file);
        read.warnings().forEach(warning -> streams.err().println("countersign: warning: " + warning));
        return read;
    }
}
