package org.countersign.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.HostSettings;
import org.countersign.config.KeyReference;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.SigningAssembly;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.dkim.SigningKey;
import org.countersign.signing.SigningPolicy;
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
     * What signs which mail: reads the table file and the key files of a policy file.
     *
     * @throws CommandFailure with one line for each thing that is wrong with them
     */
    static SigningPolicy signing(Path file, Configuration configuration) throws CommandFailure {
        List<SigningTableFile.Line> lines = table(file, configuration.signing());
        Map<Path, SigningKey> byFile = new HashMap<>();
        Map<KeyReference, SigningKey> keys = new HashMap<>();
        List<CommandFailure> failures = new ArrayList<>();
        for (KeyReference reference : SigningAssembly.references(configuration.signing(), lines)) {
            Path keyFile = keyFile(reference);
            try {
                SigningKey key = byFile.get(keyFile);
                if (key == null) {
                    key = parseKey(keyFile, reference);
                    byFile.put(keyFile, key);
                }
                keys.put(reference, key);
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
        return SigningAssembly.policy(
                configuration, lines, reference -> Objects.requireNonNull(keys.get(reference), "a key was not read"));
    }

    private static List<SigningTableFile.Line> table(Path file, SigningConfiguration signing) throws CommandFailure {
        if (signing.tableFile().isEmpty()) {
            return List.of();
        }
        SigningConfiguration.TableFile named = signing.tableFile().get();
        Path table = file.resolveSibling(named.name());
        byte[] text = InputFiles.read(table, named.location() + ": " + table, SigningTableFile.LARGEST + 1);
        return switch (SigningTableFile.parse(table.toString(), Octets.wrap(text))) {
            case SigningTableFile.Parsing.Valid(List<SigningTableFile.Line> lines) -> lines;
            case SigningTableFile.Parsing.Invalid(List<ConfigProblem> problems) ->
                throw new CommandFailure(
                        ExitStatus.CONFIGURATION,
                        problems.stream().map(ConfigProblem::toString).toList());
        };
    }

    /** A relative name begins at the directory of the file that it stands in, wherever the program was started. */
    private static Path keyFile(KeyReference key) {
        return Path.of(key.location().source()).resolveSibling(key.keyFile());
    }

    private static SigningKey parseKey(Path keyFile, KeyReference key) throws CommandFailure {
        String named = key.location() + ": " + keyFile;
        return switch (SigningKey.parse(KeyFiles.read(keyFile, named))) {
            case SigningKey.Parsing.Parsed(SigningKey parsed) -> parsed;
            case SigningKey.Parsing.Malformed(String reason) ->
                throw new CommandFailure(ExitStatus.CONFIGURATION, named + ": " + reason);
        };
    }
}
