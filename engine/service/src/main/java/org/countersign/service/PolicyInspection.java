package org.countersign.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ConfigLocation;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.Setting;
import org.countersign.config.SigningTableFile;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;

/**
 * A policy file and every file that it names, as far as they can be read, with everything that is wrong.
 *
 * @param configuration with defaults for everything that is wrong; empty if the file is not YAML or cannot be read
 * @param settings every setting with its value; none if the file is not YAML
 * @param failure everything that keeps the program from starting, with the reason of what was found first; empty if nothing
 *     does
 * @param warnings what is allowed but probably not intended
 * @param unended the files whose last line has no line end, as a file has that was cut off
 * @param entries every key that the files name
 * @param keys the private keys that could be read
 */
public record PolicyInspection(
        Path file,
        Optional<Configuration> configuration,
        List<Setting> settings,
        Optional<FileFailure> failure,
        List<ConfigProblem> warnings,
        List<Path> unended,
        List<KeyEntry> entries,
        Map<KeyEntry, SigningKey> keys) {
    public PolicyInspection {
        settings = List.copyOf(settings);
        warnings = List.copyOf(warnings);
        unended = List.copyOf(unended);
        entries = List.copyOf(entries);
        keys = Map.copyOf(keys);
    }

    /** A line for each thing that keeps the program from starting, with file and line. */
    public List<String> problems() {
        return failure.map(FileFailure::lines).orElse(List.of());
    }

    /**
     * Where a setting is, for a message: {@code mx.yaml:7: listen}, or without a line if the file does not have it.
     *
     * @param path the key with those above it
     */
    public String locate(String path) {
        return settings.stream()
                .filter(setting -> setting.path().equals(path))
                .flatMap(setting -> setting.origin().stream())
                .findFirst()
                .map(ConfigLocation::toString)
                .orElseGet(() -> file + ": " + path);
    }

    static PolicyInspection of(Path file, FrontEnd frontEnd, Optional<ProcessIdentity> reader) {
        return new Reading(file, frontEnd, reader).inspect();
    }

    /** One reading of all files. */
    private static final class Reading {
        private final Path file;
        private final FrontEnd frontEnd;
        private final Optional<ProcessIdentity> reader;
        private final List<FileFailure> failures = new ArrayList<>();
        private final List<Path> unended = new ArrayList<>();

        Reading(Path file, FrontEnd frontEnd, Optional<ProcessIdentity> reader) {
            this.file = file;
            this.frontEnd = frontEnd;
            this.reader = reader;
        }

        PolicyInspection inspect() {
            Optional<ParsedConfiguration> parsed = parse();
            List<ConfigProblem> warnings = new ArrayList<>();
            List<Setting> settings = new ArrayList<>();
            Optional<Configuration> configuration = Optional.empty();
            switch (parsed.orElse(null)) {
                case ParsedConfiguration.Valid valid -> {
                    warnings.addAll(valid.warnings());
                    settings.addAll(valid.settings());
                    configuration = Optional.of(valid.configuration());
                }
                case ParsedConfiguration.Invalid invalid -> {
                    failures.add(PolicyLoader.failure(invalid.problems()));
                    warnings.addAll(invalid.warnings());
                    settings.addAll(invalid.settings());
                    configuration = invalid.partial();
                }
                case null -> {
                    // The file cannot be read, which is among the failures.
                }
            }
            List<KeyEntry> entries = new ArrayList<>();
            Map<KeyEntry, SigningKey> keys = new HashMap<>();
            configuration.ifPresent(readable -> {
                PolicyLoader.failedExamples(readable).ifPresent(failures::add);
                entries.addAll(SigningPolicyFactory.keyEntries(readable, lines(readable)));
                KeyFiles keyFiles =
                        new KeyFiles(Optional.empty(), RsaSelection.bySystemProperty(), new LinkedHashMap<>(), reader);
                keys.putAll(keyFiles.read(entries, failures));
            });
            Optional<FileFailure> failure =
                    failures.isEmpty() ? Optional.empty() : Optional.of(FileFailure.of(failures));
            return new PolicyInspection(file, configuration, settings, failure, warnings, unended, entries, keys);
        }

        private Optional<ParsedConfiguration> parse() {
            try {
                Octets text = PolicyLoader.text(file);
                require(file);
                noteEnd(file, text);
                return Optional.of(ConfigurationParser.parse(file.toString(), text, frontEnd));
            } catch (FileFailure failure) {
                failures.add(failure);
                return Optional.empty();
            }
        }

        private List<SigningTableFile.Line> lines(Configuration configuration) {
            List<SigningTableFile.Line> lines = new ArrayList<>(table(configuration));
            lines.addAll(new KeyDirectories(file, new LinkedHashMap<>()).read(configuration.signing(), failures));
            return lines;
        }

        private List<SigningTableFile.Line> table(Configuration configuration) {
            try {
                Optional<Octets> text = PolicyLoader.tableText(file, configuration.signing());
                if (text.isEmpty()) {
                    return List.of();
                }
                Path table =
                        PolicyLoader.tableFile(file, configuration.signing()).orElseThrow();
                require(table);
                noteEnd(table, text.get());
                return PolicyLoader.parseTable(file, configuration.signing(), text.get(), failures);
            } catch (FileFailure failure) {
                failures.add(failure);
                return List.of();
            }
        }

        /** Reports a file that this process could read, but not the user of the service. */
        private void require(Path named) {
            try {
                FileAccess.requireReadable(reader, named, named.toString());
            } catch (FileFailure failure) {
                failures.add(failure);
            }
        }

        private void noteEnd(Path named, Octets text) {
            if (!text.isEmpty() && text.at(text.length() - 1) != '\n') {
                unended.add(named);
            }
        }
    }
}
