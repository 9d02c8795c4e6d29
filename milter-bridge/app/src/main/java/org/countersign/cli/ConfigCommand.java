package org.countersign.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ExampleFile;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.HostFiles;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;
import org.countersign.syntax.Octets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign config}. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Checks and shows the configuration of the service.",
            "",
            "The command check finds mistakes before the service meets them. The command example writes a file with all settings, to start from."
        },
        footer = {
            "",
            "Examples:",
            "  countersign config check --config /etc/countersign/countersign.yaml",
            "  countersign config check --effective --config /etc/countersign/countersign.yaml",
            "  countersign config example",
        })
final class ConfigCommand extends CommandGroup {
    private final Streams streams;

    ConfigCommand(Streams streams) {
        this.streams = streams;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Finds everything that serve would meet, without serving: all problems of the policy file, its table"
                        + " file and its keys, the records of the keys in the DNS, the resolvers, the listening"
                        + " addresses, and the way from Postfix to the service. Changes nothing.",
                "",
                "Root checks the files for the user countersign, if there is one."
            },
            footer = {"", "Exit status: 0 no errors, 1 errors, 64 and above: the check itself failed."})
    int check(
            @Option(
                            names = "--config",
                            required = true,
                            paramLabel = "YAML",
                            description = InstalledPolicyFile.DESCRIPTION)
                    Path file,
            @Option(
                            names = "--as",
                            paramLabel = "USER",
                            description = "The user of the service, for the permissions of files.")
                    Optional<String> user,
            @Option(names = "--no-dns", description = "Query no DNS server.") boolean noDns,
            @Option(
                            names = "--postfix",
                            paramLabel = "DIR",
                            description = "The directory of main.cf and master.cf. Default: the one of postconf(1).")
                    Optional<Path> postfix,
            @Option(
                            names = "--effective",
                            description = "Write the configuration in effect as a policy file with all defaults and the"
                                    + " origin of each value, and check nothing else.")
                    boolean effective,
            @Option(names = "--json", description = "Write JSON instead of text.") boolean json)
            throws CommandFailure {
        if (effective) {
            streams.out().print(effective(file));
            return ExitStatus.OK.code();
        }
        Optional<ProcessIdentity> identity = user.flatMap(ProcessIdentity::of);
        if (user.isPresent() && identity.isEmpty()) {
            throw wrongUsage("there is no user " + Main.quoted(user.get()));
        }
        Findings findings = new Findings();
        FindingsText text = FindingsText.to(streams);
        try {
            ServiceCheck.Scope scope = new ServiceCheck(
                            new ServiceCheck.Options(identity, !noDns, postfix, InstalledPolicyFile.find()),
                            text.progress(),
                            findings)
                    .run(file);
            if (json) {
                JsonOutput.write(FindingsJson.of(findings, scope), streams.out());
            } else {
                text.write(findings, scope);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.IO, "interrupted before the check was complete");
        }
        return findings.count(Finding.Level.ERROR) == 0 ? ExitStatus.OK.code() : ExitStatus.CHECK_FAILED.code();
    }

    private static String effective(Path file) throws CommandFailure {
        Octets text = InputFiles.read(() -> HostFiles.read(file, file.toString(), ConfigurationParser.MAX_SIZE));
        Optional<String> effective =
                ConfigurationParser.effective(file.toString(), text, BridgeConfiguration.FRONT_END);
        if (effective.isEmpty()) {
            // Ends the command with the problems of the file.
            PolicyFiles.read(file);
        }
        return effective.orElseThrow(
                () -> new CommandFailure(ExitStatus.CONFIGURATION, file + " was changed meanwhile: try again"));
    }

    @Command(
            name = "example",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Writes a policy file that has every setting with its meaning and its default as a comment.",
                "",
                "All settings are comments, so the file changes nothing until a comment sign is removed. A setting without a default has an example."
            },
            footer = {"", "Examples:", "  countersign config example", "  countersign config example >countersign.yaml"
            })
    int example() {
        streams.out().print(ExampleFile.write(BridgeConfiguration.FRONT_END));
        return ExitStatus.OK.code();
    }
}
