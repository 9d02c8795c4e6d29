package org.countersign.service;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.countersign.CountersignEngine;
import org.countersign.config.ConfigProblem;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.DnsConfiguration;
import org.countersign.config.EngineFactory;
import org.countersign.config.HostSettings;
import org.countersign.config.KeyReference;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.PassphraseSource;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningPolicyFactory;
import org.countersign.config.SigningTableFile;
import org.countersign.crypto.RsaEngine;
import org.countersign.keys.Passphrase;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure.Reason;
import org.countersign.service.LoadedPolicy.Materials;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Reads a policy file and every file that it names, and builds an engine: all of them or, where anything is
 * wrong with any, none. For one loading, by one thread.
 */
public final class PolicyLoader {
    private final Path file;
    private final EngineListener news;
    private final Optional<Materials> previous;
    private final RsaEngine rsa;
    private final Map<Path, FileStamp> stamps = new LinkedHashMap<>();
    private final Map<Path, SigningKey> keys = new HashMap<>();
    private boolean complete = true;

    PolicyLoader(Path file, EngineListener news, Optional<Materials> previous) {
        this.file = file;
        this.news = news;
        this.previous = previous;
        this.rsa = previous.map(materials -> materials.shared().rsa()).orElseGet(RsaSelection::bySystemProperty);
    }

    /**
     * Reads a policy file and nothing that it names.
     *
     * @throws FileFailure when the file cannot be read, or with one line for each thing that is wrong in it, or for
     *     each of its examples that does not come out as expected
     */
    public static <H> ParsedConfiguration.Valid<H> read(Path file, HostSettings<H> host) throws FileFailure {
        ParsedConfiguration.Valid<H> valid = readUntried(file, host);
        Optional<FileFailure> failed = failedExamples(valid.engine());
        if (failed.isPresent()) {
            throw failed.get();
        }
        return valid;
    }

    private static Optional<FileFailure> failedExamples(Configuration configuration) {
        List<String> failed = configuration.policy().failedExamples();
        return failed.isEmpty() ? Optional.empty() : Optional.of(new FileFailure(Reason.INVALID, failed));
    }

    private static Octets text(Path file) throws FileFailure {
        // One octet more than the parser takes, so that it is the parser that says what the limit is.
        return HostFiles.read(file, file.toString(), ConfigurationParser.MAX_SIZE + 1);
    }

    /**
     * Like {@link #read}, but without trying the rules with the examples.
     *
     * @throws FileFailure when the file cannot be read, or with one line for each thing that is wrong in it
     */
    public static <H> ParsedConfiguration.Valid<H> readUntried(Path file, HostSettings<H> host) throws FileFailure {
        return switch (ConfigurationParser.parse(file.toString(), text(file), host)) {
            case ParsedConfiguration.Valid<H> valid -> valid;
            case ParsedConfiguration.Invalid<H>(List<ConfigProblem> problems) -> throw invalid(problems);
        };
    }

    /**
     * Reads a policy file with all that it names, and builds the engine that it wants.
     *
     * @param keyNews told when a key that signs turns out not to be published as it should, and when it is again
     * @throws FileFailure with one line for each thing that is wrong
     */
    public static <H> LoadedPolicy<H> load(
            Path file, HostSettings<H> host, InstantSource clock, BiConsumer<SigningIdentity, PublishedKey> keyNews)
            throws FileFailure {
        return load(file, host, clock, EngineListener.ofKeys(keyNews));
    }

    static <H> LoadedPolicy<H> load(Path file, HostSettings<H> host, InstantSource clock, EngineListener news)
            throws FileFailure {
        return new PolicyLoader(file, news, Optional.empty()).load(host, clock);
    }

    /**
     * Reads what a policy file says about signing: the table file and the keys.
     *
     * @param configuration what the policy file says
     * @throws FileFailure with one line for each thing that is wrong
     */
    public static SigningPolicy readSigning(Path file, Configuration configuration) throws FileFailure {
        PolicyLoader loader =
                new PolicyLoader(file, EngineListener.ofKeys((identity, published) -> {}), Optional.empty());
        List<SigningTableFile.Line> lines = loader.table(configuration.signing());
        Map<KeyReference, SigningKey> keys = loader.keys(SigningPolicyFactory.references(configuration, lines));
        return SigningPolicyFactory.policy(
                configuration, lines, reference -> Objects.requireNonNull(keys.get(reference), "a key was not read"));
    }

    <H> LoadedPolicy<H> load(HostSettings<H> host, InstantSource clock) throws FileFailure {
        stamp(file);
        Octets text = text(file);
        noteEnd(text);
        ConfigurationParser.Reading<H> reading = ConfigurationParser.read(file.toString(), text, host);
        List<FileFailure> failures = new ArrayList<>();
        if (reading.result() instanceof ParsedConfiguration.Invalid<H>(List<ConfigProblem> problems)) {
            failures.add(invalid(problems));
        } else {
            failedExamples(reading.engine().orElseThrow()).ifPresent(failures::add);
        }
        // What is wrong in the files that it names is told together with what is wrong in the policy file.
        List<SigningTableFile.Line> lines = new ArrayList<>();
        Map<KeyReference, SigningKey> byReference = new HashMap<>();
        if (reading.engine().isPresent()) {
            Configuration partly = reading.engine().get();
            attempt(failures, () -> lines.addAll(table(partly.signing())));
            attempt(failures, () -> byReference.putAll(keys(SigningPolicyFactory.references(partly, lines))));
        }
        if (!failures.isEmpty() || !(reading.result() instanceof ParsedConfiguration.Valid<H> valid)) {
            throw FileFailure.of(failures);
        }
        Configuration configuration = valid.engine();
        ConfigurationSummary inventory =
                ConfigurationSummary.of(text, valid, byReference.keySet(), lines.size(), complete);
        List<String> losses = previous.map(before -> inventory.refusal(before.inventory(), file))
                .orElse(List.of());
        if (!losses.isEmpty()) {
            throw new FileFailure(Reason.INVALID, losses);
        }
        Function<KeyReference, SigningKey> keyOf =
                reference -> Objects.requireNonNull(byReference.get(reference), "a key was not read");
        SigningPolicy signing = SigningPolicyFactory.policy(configuration, lines, keyOf);
        DnsConfiguration.Client dns = previous.filter(
                        earlier -> earlier.configuration().equals(configuration.dns()))
                .map(Materials::dns)
                .orElseGet(() -> configuration.dns().client(clock));
        // Messages under way keep their shares of the memory.
        EngineFactory.SharedState shared = previous.map(Materials::shared)
                .orElseGet(() -> EngineFactory.SharedState.of(configuration, rsa, clock, news::temperrorPersists));
        CountersignEngine engine = EngineFactory.engine(
                configuration,
                signing,
                SigningPolicyFactory.sealKey(configuration, keyOf),
                dns.cache(),
                clock,
                news::key,
                shared);
        return new LoadedPolicy<>(
                configuration,
                valid.host(),
                engine,
                countKeys(byReference.keySet()),
                valid.warnings(),
                new Materials(configuration.dns(), dns, shared, stamps, keys, inventory));
    }

    /** One step of loading whose failure does not keep the next from being tried. */
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

    /** Notes whether a text ends as one that was written to its end does. */
    private void noteEnd(Octets text) {
        complete &= text.isEmpty() || text.at(text.length() - 1) == '\n';
    }

    /** A key that several lines of the table name is one: what makes a key is its record in the DNS. */
    private static int countKeys(Set<KeyReference> references) {
        return (int)
                references.stream().map(KeyReference::recordName).distinct().count();
    }

    /** Every file that was looked for, found or not, and what it looked like just before. */
    Map<Path, FileStamp> stamps() {
        return Map.copyOf(stamps);
    }

    /** Whether no file has changed since it was read, so that what was read belongs together. */
    boolean isConsistent() {
        Set<Path> files = stamps.keySet();
        return FileStamp.of(files).equals(stamps);
    }

    private List<SigningTableFile.Line> table(SigningConfiguration signing) throws FileFailure {
        tableFile(file, signing).ifPresent(this::stamp);
        Optional<Octets> text = tableText(file, signing);
        text.ifPresent(this::noteEnd);
        return text.isEmpty() ? List.of() : parseTable(file, signing, text.get());
    }

    /** Where the table file of a policy file is, where it names one. */
    public static Optional<Path> tableFile(Path policyFile, SigningConfiguration signing) {
        return signing.tableFile().map(named -> policyFile.resolveSibling(named.name()));
    }

    /**
     * Reads the table file that a policy file names, and no key.
     *
     * @return its lines; none where no file is named
     * @throws FileFailure when it cannot be read, or with one line for each thing that is wrong in it
     */
    public static List<SigningTableFile.Line> readTable(Path policyFile, SigningConfiguration signing)
            throws FileFailure {
        Optional<Octets> text = tableText(policyFile, signing);
        return text.isEmpty() ? List.of() : parseTable(policyFile, signing, text.get());
    }

    private static Optional<Octets> tableText(Path policyFile, SigningConfiguration signing) throws FileFailure {
        Optional<Path> table = tableFile(policyFile, signing);
        if (table.isEmpty()) {
            return Optional.empty();
        }
        String named = signing.tableFile()
                        .map(SigningConfiguration.TableFile::location)
                        .orElseThrow() + ": " + table.get();
        return Optional.of(HostFiles.readRegular(table.get(), named, SigningTableFile.MAX_SIZE));
    }

    private static List<SigningTableFile.Line> parseTable(Path policyFile, SigningConfiguration signing, Octets text)
            throws FileFailure {
        Path table = tableFile(policyFile, signing).orElseThrow();
        return switch (SigningTableFile.parse(table.toString(), text)) {
            case SigningTableFile.Parsing.Valid(List<SigningTableFile.Line> lines) -> lines;
            case SigningTableFile.Parsing.Invalid(List<ConfigProblem> problems) -> throw invalid(problems);
        };
    }

    private Map<KeyReference, SigningKey> keys(List<KeyReference> references) throws FileFailure {
        Map<KeyReference, SigningKey> byReference = new HashMap<>();
        Set<Path> refused = new HashSet<>();
        List<FileFailure> failures = new ArrayList<>();
        for (KeyReference reference : references) {
            Path keyFile = beside(reference, reference.keyFile());
            if (refused.contains(keyFile)) {
                continue;
            }
            try {
                byReference.put(reference, key(reference, keyFile));
            } catch (FileFailure failure) {
                // Once for each file, however many domains it is for.
                refused.add(keyFile);
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw FileFailure.of(failures);
        }
        return byReference;
    }

    private SigningKey key(KeyReference reference, Path keyFile) throws FileFailure {
        SigningKey read = keys.get(keyFile);
        if (read != null) {
            return read;
        }
        boolean unchanged = isUnchanged(keyFile);
        Optional<Path> passphraseFile = reference
                .passphrase()
                .filter(PassphraseSource.File.class::isInstance)
                .map(source -> beside(reference, ((PassphraseSource.File) source).name()));
        if (passphraseFile.isPresent()) {
            unchanged &= isUnchanged(passphraseFile.get());
        }
        // Trying a key out costs more than anything else here, and most keys are as they were.
        Optional<SigningKey> earlier =
                unchanged ? previous.map(materials -> materials.keys().get(keyFile)) : Optional.empty();
        SigningKey key = earlier.isPresent() ? earlier.get() : parse(reference, keyFile, passphraseFile);
        keys.put(keyFile, key);
        return key;
    }

    /** Whether the file is as it was when it was last read. */
    private boolean isUnchanged(Path path) {
        FileStamp stamp = stamp(path);
        return previous.filter(materials -> stamp.equals(materials.stamps().get(path)))
                .isPresent();
    }

    private SigningKey parse(KeyReference reference, Path keyFile, Optional<Path> passphraseFile) throws FileFailure {
        String named = reference.location() + ": " + keyFile;
        Octets text = HostFiles.readSecret(keyFile, named);
        Optional<Passphrase> passphrase = Optional.empty();
        if (passphraseFile.isPresent()) {
            Path secret = passphraseFile.get();
            passphrase = Optional.of(
                    Passphrase.of(HostFiles.readSecret(secret, reference.location() + ": passphrase file " + secret)));
        } else if (reference.passphrase().orElse(null) instanceof PassphraseSource.Environment(String variable)) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new FileFailure(
                        Reason.INVALID,
                        named + ": the environment has no variable " + variable
                                + ": set it for the service, or use passphrase-file");
            }
            passphrase = Optional.of(Passphrase.of(Octets.utf8(value)));
        }
        return switch (SigningKey.parse(text, passphrase, rsa)) {
            case Parsed.Value<SigningKey, String>(SigningKey parsed) -> parsed;
            case Parsed.Malformed<SigningKey, String>(String reason) ->
                throw new FileFailure(Reason.INVALID, named + ": " + reason);
        };
    }

    /** A relative name begins at the directory of the file that it stands in, wherever the program started. */
    private static Path beside(KeyReference reference, String name) {
        return Path.of(reference.location().source()).resolveSibling(name);
    }

    private FileStamp stamp(Path path) {
        return stamps.computeIfAbsent(path, FileStamp::of);
    }

    private static FileFailure invalid(List<ConfigProblem> problems) {
        return new FileFailure(
                Reason.INVALID, problems.stream().map(ConfigProblem::toString).toList());
    }
}
