package org.countersign.service;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.CountersignEngine;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableFile;
import org.countersign.crypto.RsaEngine;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure.Reason;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.SigningPolicy;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Reads a policy file and every file that it names, and builds an engine from them. If anything is wrong with any file,
 * no engine is built. For one loading, by one thread.
 */
public final class PolicyLoader {
    private final Path file;
    private final FrontEnd frontEnd;
    private final InstantSource clock;
    private final EngineListener engineListener;
    private final Optional<ReusableState> previous;
    private final RsaEngine rsa;
    private final Map<Path, FileStamp> stamps = new LinkedHashMap<>();
    private final KeyFiles keyFiles;
    private boolean complete = true;

    /**
     * @param previous the state of the policy that this one replaces
     */
    PolicyLoader(
            Path file,
            FrontEnd frontEnd,
            InstantSource clock,
            EngineListener engineListener,
            Optional<ReusableState> previous) {
        this.file = file;
        this.frontEnd = frontEnd;
        this.clock = clock;
        this.engineListener = engineListener;
        this.previous = previous;
        this.rsa = previous.map(state -> state.shared().rsa()).orElseGet(RsaSelection::bySystemProperty);
        this.keyFiles = new KeyFiles(previous, rsa, stamps);
    }

    /**
     * Reads a policy file and none of the files that it names.
     *
     * @throws FileFailure when the file cannot be read, or with one line for each problem in it and for each of its
     *     examples whose result is not the expected one
     */
    public static ParsedConfiguration.Valid read(Path file, FrontEnd frontEnd) throws FileFailure {
        ParsedConfiguration.Valid valid = readWithoutExamples(file, frontEnd);
        Optional<FileFailure> failed = failedExamples(valid.configuration());
        if (failed.isPresent()) {
            throw failed.get();
        }
        return valid;
    }

    /**
     * Like {@link #read}, but does not test the rules with the examples.
     *
     * @throws FileFailure when the file cannot be read, or with one line for each problem in it
     */
    public static ParsedConfiguration.Valid readWithoutExamples(Path file, FrontEnd frontEnd) throws FileFailure {
        return switch (ConfigurationParser.parse(file.toString(), text(file), frontEnd)) {
            case ParsedConfiguration.Valid valid -> valid;
            case ParsedConfiguration.Invalid invalid -> throw failure(invalid.problems());
        };
    }

    static Optional<FileFailure> failedExamples(Configuration configuration) {
        List<String> failed = configuration.policy().failedExamples();
        return failed.isEmpty() ? Optional.empty() : Optional.of(new FileFailure(Reason.INVALID, failed));
    }

    static Octets text(Path file) throws FileFailure {
        // One octet more than the parser accepts, so that the parser reports the limit.
        return HostFiles.read(file, file.toString(), ConfigurationParser.MAX_SIZE + 1);
    }

    /**
     * Reads what a policy file says about signing: the table file and the keys.
     *
     * @param configuration the contents of the policy file
     * @throws FileFailure with one line for each problem
     */
    public static SigningPolicy readSigning(Path file, Configuration configuration) throws FileFailure {
        List<SigningTableFile.Line> lines = readTable(file, configuration.signing());
        KeyFiles keyFiles = new KeyFiles(Optional.empty(), RsaSelection.bySystemProperty(), new LinkedHashMap<>());
        return SigningPolicyFactory.policy(
                configuration, lines, keyFiles.read(SigningPolicyFactory.keyEntries(configuration, lines)));
    }

    /**
     * Reads a policy file and every file that it names, and finds all problems in them. Builds no engine.
     *
     * @param reader the user who must be able to read the files; empty on systems without users
     */
    public static PolicyInspection inspect(Path file, FrontEnd frontEnd, Optional<ProcessIdentity> reader) {
        return PolicyInspection.of(file, frontEnd, reader);
    }

    /** The policy of an empty file. */
    static LoadedPolicy loadDefaults(FrontEnd frontEnd, InstantSource clock, EngineListener engineListener) {
        PolicyLoader loader = new PolicyLoader(Path.of(""), frontEnd, clock, engineListener, Optional.empty());
        if (!(ConfigurationParser.parse("", Octets.EMPTY, frontEnd) instanceof ParsedConfiguration.Valid defaults)) {
            throw new IllegalStateException("the defaults are not valid");
        }
        ParsedConfiguration.Valid withoutWarnings = new ParsedConfiguration.Valid(
                defaults.configuration(), List.of(), defaults.keys(), defaults.settings());
        return loader.build(
                withoutWarnings,
                List.of(),
                Map.of(),
                ConfigurationSummary.of(Octets.EMPTY, withoutWarnings, Set.of(), 0, true));
    }

    /**
     * Reads all files and builds the engine.
     *
     * @throws FileFailure with one line for each problem
     */
    LoadedPolicy load() throws FileFailure {
        stamps.put(file, FileStamp.of(file));
        Octets text = text(file);
        recordEnd(text);
        ParsedConfiguration parsed = ConfigurationParser.parse(file.toString(), text, frontEnd);
        List<FileFailure> failures = new ArrayList<>();
        Optional<Configuration> readable = switch (parsed) {
            case ParsedConfiguration.Valid valid -> {
                failedExamples(valid.configuration()).ifPresent(failures::add);
                yield Optional.of(valid.configuration());
            }
            case ParsedConfiguration.Invalid invalid -> {
                failures.add(failure(invalid.problems()));
                yield invalid.partial();
            }
        };
        // Problems in the files that the policy file names are reported together with its own.
        List<SigningTableFile.Line> lines = new ArrayList<>();
        Map<KeyEntry, SigningKey> keys = new HashMap<>();
        int tableLines = 0;
        if (readable.isPresent()) {
            Configuration partial = readable.get();
            attempt(failures, () -> lines.addAll(table(partial.signing(), failures)));
            tableLines = lines.size();
            lines.addAll(new KeyDirectories(file, stamps).read(partial.signing(), failures));
            attempt(failures, () -> keys.putAll(keyFiles.read(SigningPolicyFactory.keyEntries(partial, lines))));
        }
        if (!failures.isEmpty() || !(parsed instanceof ParsedConfiguration.Valid valid)) {
            throw FileFailure.of(failures);
        }
        ConfigurationSummary summary = ConfigurationSummary.of(text, valid, keys.keySet(), tableLines, complete);
        List<String> losses =
                previous.map(before -> summary.refusal(before.summary(), file)).orElse(List.of());
        if (!losses.isEmpty()) {
            throw new FileFailure(Reason.INVALID, losses);
        }
        return build(valid, lines, keys, summary);
    }

    private LoadedPolicy build(
            ParsedConfiguration.Valid valid,
            List<SigningTableFile.Line> lines,
            Map<KeyEntry, SigningKey> keys,
            ConfigurationSummary summary) {
        Configuration configuration = valid.configuration();
        DnsResolver dns = previous.filter(state -> state.dnsSettings().equals(configuration.dns()))
                .map(ReusableState::dns)
                .orElseGet(() -> DnsResolver.of(configuration.dns(), clock));
        // Messages in progress keep their shares of the memory.
        EngineFactory.SharedState shared = previous.map(ReusableState::shared)
                .orElseGet(() ->
                        EngineFactory.SharedState.of(configuration, rsa, clock, engineListener::temperrorPersists));
        Optional<PublishedKeyMonitor> keyMonitor =
                EngineFactory.keyMonitor(configuration, dns.cache(), clock, engineListener::key);
        SigningPolicy signing = SigningPolicyFactory.policy(configuration, lines, keys);
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                signing,
                SigningPolicyFactory.sealKey(configuration, keys),
                dns.cache(),
                clock,
                keyMonitor,
                shared);
        return new LoadedPolicy(
                configuration,
                engine,
                signing.table(),
                summary.keys().size(),
                SigningPolicyFactory.keyEntries(configuration, lines).stream()
                        .limit(LoadedPolicy.MAX_FIRST_KEYS)
                        .toList(),
                keyMonitor,
                valid.warnings(),
                new ReusableState(configuration.dns(), dns, shared, stamps, keyFiles.byFile(), summary));
    }

    /** A step of loading; if it fails, the next step is still attempted. */
    private interface Step {
        void run() throws FileFailure;
    }

    private static void attempt(List<FileFailure> failures, Step step) {
        try {
            step.run();
        } catch (FileFailure failure) {
            failures.add(failure);
        }
    }

    /** Records whether a text ends with a line end, as a file does that was written completely. */
    private void recordEnd(Octets text) {
        complete &= text.isEmpty() || text.at(text.length() - 1) == '\n';
    }

    /** Every file that was looked for, found or not, with its state just before it was read. */
    Map<Path, FileStamp> stamps() {
        return Map.copyOf(stamps);
    }

    /** Whether no file has changed since it was read, so that the files belong together. */
    boolean isConsistent() {
        return FileStamp.of(stamps.keySet()).equals(stamps);
    }

    private List<SigningTableFile.Line> table(SigningConfiguration signing, List<FileFailure> failures)
            throws FileFailure {
        tableFile(file, signing).ifPresent(table -> stamps.put(table, FileStamp.of(table)));
        Optional<Octets> text = tableText(file, signing);
        text.ifPresent(this::recordEnd);
        return text.isEmpty() ? List.of() : parseTable(file, signing, text.get(), failures);
    }

    /** The path of the table file of a policy file; empty where it names none. */
    public static Optional<Path> tableFile(Path policyFile, SigningConfiguration signing) {
        return signing.tableFile().map(named -> policyFile.resolveSibling(named.name()));
    }

    /**
     * Reads the table file that a policy file names, and finds the key files of its templates, but reads no key.
     *
     * @return the lines of the table, then a line for each file of a template
     * @throws FileFailure when the table cannot be read, or with one line for each problem in it or with a template
     */
    public static List<SigningTableFile.Line> readTable(Path policyFile, SigningConfiguration signing)
            throws FileFailure {
        Optional<Octets> text = tableText(policyFile, signing);
        List<FileFailure> failures = new ArrayList<>();
        List<SigningTableFile.Line> lines = new ArrayList<>();
        text.ifPresent(octets -> lines.addAll(parseTable(policyFile, signing, octets, failures)));
        lines.addAll(new KeyDirectories(policyFile, new LinkedHashMap<>()).read(signing, failures));
        if (!failures.isEmpty()) {
            throw FileFailure.of(failures);
        }
        return lines;
    }

    static Optional<Octets> tableText(Path policyFile, SigningConfiguration signing) throws FileFailure {
        Optional<Path> table = tableFile(policyFile, signing);
        if (table.isEmpty()) {
            return Optional.empty();
        }
        String named = signing.tableFile()
                        .map(SigningConfiguration.TableFile::location)
                        .orElseThrow() + ": " + table.get();
        return Optional.of(HostFiles.readRegular(table.get(), named, SigningTableFile.MAX_SIZE));
    }

    /**
     * The lines of a table that are right.
     *
     * @param failures receives what is wrong with the others
     */
    static List<SigningTableFile.Line> parseTable(
            Path policyFile, SigningConfiguration signing, Octets text, List<FileFailure> failures) {
        Path table = tableFile(policyFile, signing).orElseThrow();
        return switch (SigningTableFile.parse(table.toString(), text)) {
            case Parsed.Value<List<SigningTableFile.Line>, SigningTableFile.Faults>(
                    List<SigningTableFile.Line> lines) -> lines;
            case Parsed.Malformed<List<SigningTableFile.Line>, SigningTableFile.Faults>(
                    SigningTableFile.Faults faults) -> {
                failures.add(failure(faults.problems()));
                yield faults.lines();
            }
        };
    }

    static FileFailure failure(List<ConfigProblem> problems) {
        return new FileFailure(
                Reason.INVALID, problems.stream().map(ConfigProblem::toString).toList());
    }
}
