package org.countersign.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.HostSettings;
import org.countersign.config.KeyReference;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dkim.SigningIdentity;
import org.countersign.dkim.SigningKey;
import org.countersign.syntax.Octets;

/** Reads the policy file, and the files that it names. */
final class ConfigurationFiles {
    private ConfigurationFiles() {}

    /**
     * Reads a policy file.
     *
     * @throws CommandFailure when the file cannot be read, or with one line for each thing that is wrong in it
     */
    static <H> ParsedConfiguration.Valid<H> read(Path file, HostSettings<H> host) throws CommandFailure {
        // One octet more than the parser takes, so that it is the parser that says what the limit is.
        byte[] text = InputFiles.read(file, file.toString(), ConfigurationParser.LARGEST + 1);
        return switch (ConfigurationParser.parse(file.toString(), Octets.wrap(text), host)) {
            case ParsedConfiguration.Valid<H> valid -> valid;
            case ParsedConfiguration.Invalid<H>(List<ConfigProblem> problems) ->
                throw new CommandFailure(
                        ExitStatus.CONFIGURATION,
                        problems.stream().map(ConfigProblem::toString).toList());
        };
    }

    /**
     * The text of a key file that a policy file names; a relative name begins at the directory of the policy
     * file, wherever the program was started.
     *
     * @throws CommandFailure naming file, line and key of the policy file besides what is wrong
     */
    static Octets readKey(Path configuration, KeyReference key) throws CommandFailure {
        Path file = configuration.resolveSibling(key.keyFile());
        return KeyFiles.read(file, key.location() + ": " + file);
    }

    /**
     * The keys of a policy file, in its order.
     *
     * @throws CommandFailure with one line for each key that cannot be used
     */
    static List<SigningIdentity> identities(Path file, Configuration configuration) throws CommandFailure {
        List<SigningIdentity> identities = new ArrayList<>();
        List<CommandFailure> failures = new ArrayList<>();
        for (KeyReference key : configuration.signing().keys()) {
            try {
                identities.add(new SigningIdentity(key.domain(), key.selector(), parseKey(file, key)));
            } catch (CommandFailure failure) {
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(
                    failures.getFirst().status(),
                    failures.stream()
                            .flatMap(failure -> failure.lines().stream())
                            .toList());
        }
        return identities;
    }

    private static SigningKey parseKey(Path file, KeyReference key) throws CommandFailure {
        return switch (SigningKey.parse(readKey(file, key))) {
            case SigningKey.Parsing.Parsed(SigningKey parsed) -> parsed;
            case SigningKey.Parsing.Malformed(String reason) ->
                throw new CommandFailure(
                        ExitStatus.CONFIGURATION,
                        key.location() + ": " + file.resolveSibling(key.keyFile()) + ": " + reason);
        };
    }
}
