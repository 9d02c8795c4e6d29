package org.countersign.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.concurrent.Callable;
import org.countersign.config.SigningTableEntry;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.NewKeyRequest;
import org.countersign.rotation.RecordText;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.RotationStates.Slots;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign key new}. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Generates a key and shows the record to publish. The key signs nothing yet.",
        footer = {
            "",
            "Placeholders of a template: {yyyy}, {mm}, {dd}, {a} (r for RSA, e for Ed25519)",
            "and {n} (the next free number). Those of a target: {slot} and",
            "{domain-with-dashes}.",
            "",
            "Examples:",
            "  countersign key new example.org --when-ready",
            "  countersign key new example.org --slots a,b \\",
            "      --cname-target {slot}.{domain-with-dashes}.dkim.provider.example"
        })
final class KeyNewCommand implements Callable<Integer> {
    private final KeyConsole console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DOMAIN", converter = SigningDomain.class, description = "The signing domain (d=).")
    private DomainName domain;

    @Option(
            names = "--algorithm",
            paramLabel = "rsa|ed25519|both",
            description = "Default: rsa, which all verifiers support.")
    private Algorithm algorithm = Algorithm.RSA;

    @Mixin
    private final KeySizeOption size = new KeySizeOption();

    @Option(
            names = "--selector",
            paramLabel = "S",
            converter = SelectorConverter.class,
            description = "The selector (s=). Default: made from the template.")
    private Optional<DomainName> selector = Optional.empty();

    @Option(names = "--template", paramLabel = "T", description = "How selectors are made. Default: {a}{yyyy}{mm}.")
    private Optional<String> template = Optional.empty();

    @Option(
            names = "--slots",
            paramLabel = "S",
            description = "Selectors whose names are aliases (CNAME) that the owner of the domain sets"
                    + " once, such as a,b. Later commands remember them.")
    private Optional<String> slots = Optional.empty();

    @Option(
            names = "--cname-target",
            paramLabel = "NAME",
            description = "Where the alias of a slot leads, such as {slot}.{domain-with-dashes}.dkim.provider.example.")
    private Optional<String> target = Optional.empty();

    @Option(names = "--when-ready", description = "Let tick activate the key as soon as it may sign.")
    private boolean whenReady;

    @Mixin
    private final KeyOptions options = new KeyOptions();

    /** The algorithms of new keys. */
    enum Algorithm {
        RSA(SignatureAlgorithm.RSA_SHA256),
        ED25519(SignatureAlgorithm.ED25519_SHA256),
        BOTH(SignatureAlgorithm.RSA_SHA256, SignatureAlgorithm.ED25519_SHA256);

        @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
        private final List<SignatureAlgorithm> signatures;

        Algorithm(SignatureAlgorithm... signatures) {
            this.signatures = List.of(signatures);
        }
    }

    KeyNewCommand(KeyConsole console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        int bits = size.bits(spec);
        if (algorithm == Algorithm.BOTH && (selector.isPresent() || slots.isPresent())) {
            throw new ParameterException(
                    spec.commandLine(), "two keys need two selectors: run the command for each --algorithm");
        }
        NewKeyRequest request = new NewKeyRequest(
                domain,
                algorithm.signatures,
                bits,
                selector.map(DomainName::toString),
                template,
                namedSlots(),
                whenReady);
        SigningDomain.warning(domain).ifPresent(console.streams().err()::println);
        KeyWork work = options.work(console.clock());
        Result made = work.run(rotation -> rotation.generate(request));
        explain(made.keys().stream().map(KeyStatus::key).toList(), work);
        return console.done(made).code();
    }

    private Optional<Slots> namedSlots() {
        if (slots.isPresent() != target.isPresent()) {
            throw new ParameterException(spec.commandLine(), "--slots and --cname-target need each other");
        }
        if (slots.isEmpty()) {
            return Optional.empty();
        }
        List<String> selectors = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(slots.get(), ", ");
        while (words.hasMoreTokens()) {
            selectors.add(words.nextToken());
        }
        Slots named = new Slots(domain, selectors, target.orElseThrow());
        boolean usable = selectors.size() >= 2
                && selectors.stream()
                        .allMatch(name -> ValueType.SELECTOR.parse(name).isPresent())
                && selectors.stream().map(named::target).allMatch(Optional::isPresent)
                && selectors.stream().map(named::target).distinct().count() == selectors.size();
        if (!usable) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--slots needs two selectors at least, and --cname-target must make another domain name of each:"
                            + " use {slot} in it");
        }
        return Optional.of(named);
    }

    private void explain(List<RotatedKey> keys, KeyWork work) {
        PrintStream out = console.out();
        for (RotatedKey key : keys) {
            out.println("New key " + key.name() + " (" + KeyText.algorithm(key) + ")");
            out.println("  private key: " + work.files().table().resolveSibling(key.keyFile()) + " (keep it secret)");
            out.println("  publish this record:");
            RecordText.panel(key).forEach(line -> out.println("    " + line));
            out.println();
        }
        if (keys.stream().anyMatch(key -> key.target().isPresent())) {
            out.println("The owner of " + domain + " sets the aliases once:");
            out.println("  countersign key record " + domain + " --cname");
        }
        out.println("Then: countersign key status " + domain + " --wait 2h");
        out.println(
                whenReady
                        ? "countersign key tick activates the key when it is ready."
                        : "When the key is ready: countersign key activate " + domain);
        work.setting().ifPresent(console::showSetting);
        work.entryBefore(domain).ifPresent(this::warnOf);
    }

    private void warnOf(SigningTableEntry entry) {
        boolean all = entry.mailFrom().isEmpty()
                && entry.users().isEmpty()
                && entry.recipients().isEmpty();
        console.streams()
                .err()
                .println("countersign: warning: " + entry.location()
                        + ": this entry is tried before the"
                        + " table file, so it hides the new key from " + (all ? "" : "some ") + "mail of " + domain
                        + ": move its keys to the table file, see \"Keys that exist already\" in docs/keys.md");
    }
}
