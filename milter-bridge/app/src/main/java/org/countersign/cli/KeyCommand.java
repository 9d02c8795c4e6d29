package org.countersign.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.stream.Stream;
import org.countersign.config.KeyEntry;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.DynamicUpdate;
import org.countersign.rotation.KeyRotation;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;
import org.countersign.rotation.NewKeyRequest;
import org.countersign.rotation.RecordText;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.RotationFailure;
import org.countersign.rotation.RotationStates;
import org.countersign.rotation.RotationStates.Slots;
import org.countersign.rotation.TsigKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
final class KeyCommand implements Runnable {
    private static final int DEFAULT_BITS = 2048;
    private static final int MIN_BITS = 1024;
    private static final int MAX_BITS = 8192;
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final Streams streams;
    private final InstantSource clock;
    private final ZoneId zone;
    private final KeyOptions.Pause pause;

    @Spec
    private CommandSpec spec;

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

    /** Reads a duration as the policy file does. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final ValueType<Duration> TYPE =
                ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(3650));

        @Override
        public Duration convert(String text) {
            return TYPE.parse(text)
                    .orElseThrow(() -> new TypeConversionException(Main.quoted(text) + " is not " + TYPE.expected()));
        }
    }

    /** Reads a date or a moment as {@code active-from} of the policy file. */
    static final class StartConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return KeyEntry.ACTIVE_FROM
                    .parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            Main.quoted(text) + " is not " + KeyEntry.ACTIVE_FROM.expected()));
        }
    }

    /** Reads a date or a moment as {@code retire-after} of the policy file. */
    static final class EndConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            return KeyEntry.RETIRE_AFTER
                    .parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            Main.quoted(text) + " is not " + KeyEntry.RETIRE_AFTER.expected()));
        }
    }

    KeyCommand(Streams streams, InstantSource clock) {
        this(
                streams,
                clock,
                clock instanceof Clock zoned ? zoned.getZone() : ZoneId.systemDefault(),
                time -> Thread.sleep(time.toMillis()));
    }

    KeyCommand(Streams streams, InstantSource clock, ZoneId zone, KeyOptions.Pause pause) {
        this.streams = streams;
        this.clock = clock;
        this.zone = zone;
        this.pause = pause;
    }

    /** Runs when the command line names no command. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private KeyText text() {
        return new KeyText(OutputOptions.writer(streams), zone);
    }

    /** One call of the module, whose failures end the command. */
    private interface Call<T> {
        T run(KeyRotation rotation) throws RotationFailure;
    }

    private <T> T call(KeyOptions.Work work, Call<T> call) throws CommandFailure {
        try {
            return call.run(work.rotation());
        } catch (RotationFailure failure) {
            throw KeyOptions.failure(failure);
        }
    }

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
    int generate(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain (d=).") DomainName domain,
            @Option(
                            names = "--algorithm",
                            paramLabel = "rsa|ed25519|both",
                            description = "Default: rsa, which all verifiers support.")
                    Optional<Algorithm> algorithm,
            @Option(
                            names = "--bits",
                            paramLabel = "N",
                            description = "Size of an RSA key, 1024 to 8192. Default: 2048.")
                    Optional<Integer> bits,
            @Option(
                            names = "--selector",
                            paramLabel = "S",
                            converter = SelectorConverter.class,
                            description = "The selector (s=). Default: made from the template.")
                    Optional<DomainName> selector,
            @Option(
                            names = "--template",
                            paramLabel = "T",
                            description = "How selectors are made. Default: {a}{yyyy}{mm}.")
                    Optional<String> template,
            @Option(
                            names = "--slots",
                            paramLabel = "S",
                            description = "Selectors whose names are aliases (CNAME) that the owner of the domain sets"
                                    + " once, such as a,b. Later commands remember them.")
                    Optional<String> slots,
            @Option(
                            names = "--cname-target",
                            paramLabel = "NAME",
                            description = "Where the alias of a slot leads, such as"
                                    + " {slot}.{domain-with-dashes}.dkim.provider.example.")
                    Optional<String> target,
            @Option(names = "--when-ready", description = "Let tick activate the key as soon as it may sign.")
                    boolean whenReady,
            @Mixin KeyOptions options)
            throws CommandFailure {
        Algorithm chosen = algorithm.orElse(Algorithm.RSA);
        if (bits.filter(number -> number < MIN_BITS || number > MAX_BITS).isPresent()) {
            throw new ParameterException(spec.commandLine(), "--bits must be from " + MIN_BITS + " to " + MAX_BITS);
        }
        if (chosen == Algorithm.BOTH && (selector.isPresent() || slots.isPresent())) {
            throw new ParameterException(
                    spec.commandLine(), "two keys need two selectors: run the command for each --algorithm");
        }
        KeyOptions.Work work = options.work(clock);
        NewKeyRequest request = new NewKeyRequest(
                domain,
                chosen.signatures,
                bits.orElse(DEFAULT_BITS),
                selector.map(DomainName::toString),
                template,
                slots(domain, slots, target),
                whenReady);
        List<RotatedKey> keys = call(work, rotation -> rotation.generate(request));
        explain(domain, keys, work, whenReady);
        return ExitStatus.OK.code();
    }

    private Optional<Slots> slots(DomainName domain, Optional<String> names, Optional<String> target) {
        if (names.isPresent() != target.isPresent()) {
            throw new ParameterException(spec.commandLine(), "--slots and --cname-target need each other");
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        List<String> selectors = new ArrayList<>();
        StringTokenizer words = new StringTokenizer(names.get(), ", ");
        while (words.hasMoreTokens()) {
            selectors.add(words.nextToken());
        }
        Slots slots = new Slots(domain, selectors, target.orElseThrow());
        boolean usable = selectors.size() >= 2
                && selectors.stream()
                        .allMatch(name -> ValueType.SELECTOR.parse(name).isPresent())
                && selectors.stream().map(slots::target).allMatch(Optional::isPresent)
                && selectors.stream().map(slots::target).distinct().count() == selectors.size();
        if (!usable) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--slots needs two selectors at least, and --cname-target must make another domain name of each:"
                            + " use {slot} in it");
        }
        return Optional.of(slots);
    }

    private void explain(DomainName domain, List<RotatedKey> keys, KeyOptions.Work work, boolean whenReady) {
        for (RotatedKey key : keys) {
            streams.out().println("New key " + key.name() + " (" + KeyText.algorithm(key) + ")");
            streams.out()
                    .println("  private key: " + work.files().table().resolveSibling(key.keyFile())
                            + " (keep it secret)");
            streams.out().println("  publish this record:");
            RecordText.panel(key).forEach(line -> streams.out().println("    " + line));
            streams.out().println();
        }
        if (keys.stream().anyMatch(key -> key.target().isPresent())) {
            streams.out().println("The owner of " + domain + " sets the aliases once:");
            streams.out().println("  countersign key record " + domain + " --cname");
        }
        streams.out().println("Then: countersign key status " + domain + " --wait 2h");
        streams.out()
                .println(
                        whenReady
                                ? "countersign key tick activates the key when it is ready."
                                : "When the key is ready: countersign key activate " + domain);
        work.missingSetting().ifPresent(this::showSetting);
    }

    private void showSetting(String line) {
        streams.out().println("Add this to the policy file, so that the service follows the table:");
        streams.out().println("  signing:");
        streams.out().println("    " + line);
    }

    @Command(
            name = "record",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Shows the records of a domain that are to be published, or are needed.",
                "",
                "Each is shown as a panel, a zone file or nsupdate wants it. Nothing is asked or changed."
            },
            footer = {
                "",
                "Examples:",
                "  countersign key record example.org --panel",
                "  countersign key record example.org --cname"
            })
    int record(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Option(names = "--zone", description = "As a line of a zone file.") boolean zoneLine,
            @Option(names = "--panel", description = "As the form of a DNS provider wants it (the default).")
                    boolean panel,
            @Option(names = "--nsupdate", description = "As input of nsupdate(1).") boolean nsupdate,
            @Option(
                            names = "--cname",
                            description = "The aliases of the slots, which the owner of the domain sets once.")
                    boolean cname,
            @Mixin KeyOptions options)
            throws CommandFailure {
        if (Stream.of(zoneLine, panel, nsupdate, cname).filter(chosen -> chosen).count() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--zone, --panel, --nsupdate and --cname exclude each other");
        }
        KeyOptions.Work work = options.work(clock);
        RotationStates states = call(work, rotation -> rotation.states(Optional.of(domain)));
        if (cname) {
            Slots slots = states.slotsOf(domain)
                    .orElseThrow(() -> new CommandFailure(
                            ExitStatus.CHECK_FAILED,
                            domain + " has no slots: countersign key new " + domain
                                    + " --slots a,b --cname-target NAME makes some"));
            RecordText.aliases(slots).forEach(streams.out()::println);
            return ExitStatus.OK.code();
        }
        List<RotatedKey> keys = states.of(domain).stream()
                .filter(key -> key.state().compareTo(KeyState.RETIRED) <= 0
                        && !key.publicRecord().isEmpty())
                .toList();
        if (keys.isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.CHECK_FAILED, domain + " has no key: countersign key new " + domain + " makes one");
        }
        for (RotatedKey key : keys) {
            if (zoneLine) {
                streams.out().println(RecordText.zone(key));
            } else if (nsupdate) {
                RecordText.nsupdate(key, Optional.empty()).forEach(streams.out()::println);
            } else {
                RecordText.panel(key).forEach(streams.out()::println);
            }
        }
        return ExitStatus.OK.code();
    }

    @Command(
            name = "publish",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Adds the record of a new key by a dynamic update (RFC 2136) with TSIG, and asks every server for it."
                        + " Never replaces a TXT record.",
                "",
                "This is optional: a record may be published in any way."
            },
            footer = {
                "",
                "Examples:",
                "  countersign key publish example.org --server 192.0.2.53 --tsig-file rotate.key",
                "  countersign key publish example.org --server 192.0.2.53 --print"
            })
    int publish(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Option(
                            names = "--server",
                            required = true,
                            paramLabel = "ADDR[:PORT]",
                            description = "The primary server of the zone.")
                    InetSocketAddress server,
            @Option(
                            names = "--tsig-file",
                            paramLabel = "FILE",
                            description = "A key as tsig-keygen writes it; only you may read the file.")
                    Optional<Path> tsig,
            @Option(names = "--print", description = "Write the input for nsupdate(1), and change nothing.")
                    boolean print,
            @Mixin KeyOptions options)
            throws CommandFailure {
        KeyOptions.Work work = options.work(clock);
        if (print) {
            List<RotatedKey> keys = call(work, rotation -> rotation.states(Optional.of(domain))).of(domain).stream()
                    .filter(key -> key.state() == KeyState.GENERATED)
                    .toList();
            String named = server.getAddress().getHostAddress() + " " + server.getPort();
            keys.forEach(key -> RecordText.nsupdate(key, Optional.of(named)).forEach(streams.out()::println));
            return ExitStatus.OK.code();
        }
        Path file = tsig.orElseThrow(() -> new ParameterException(
                spec.commandLine(), "--tsig-file is missing; --print writes the input for nsupdate"));
        Result result = call(work, rotation -> rotation.publish(domain, new DynamicUpdate(server, TsigKey.read(file))));
        text().steps(result);
        text().status(result.keys());
        return finish(result, List.of());
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Asks every authoritative server, and shows the keys with their states.",
                "",
                "It changes no state: that is the work of tick. With --wait it asks again until every server has the records."
            },
            footer = {
                "",
                "Exit status: 0, 1 a person has to do something, 75 a server could not be asked.",
                "",
                "Examples:",
                "  countersign key status",
                "  countersign key status example.org --wait 2h"
            })
    int status(
            @Parameters(arity = "0..1", paramLabel = "DOMAIN", description = "Default: all domains with keys.")
                    Optional<DomainName> domain,
            @Option(
                            names = "--wait",
                            paramLabel = "TIME",
                            converter = DurationConverter.class,
                            description = "Ask again until no key waits, for this long at most, such as 1h.")
                    Optional<Duration> wait,
            @Option(names = "--history", description = "Show each change with its time and reason.") boolean history,
            @Option(names = "--json", description = "Write one JSON object.") boolean json,
            @Mixin KeyOptions options)
            throws CommandFailure {
        KeyOptions.Work work = options.work(clock);
        Result result = call(work, rotation -> rotation.status(domain));
        Instant end = clock.instant().plus(wait.orElse(Duration.ZERO));
        try {
            for (Optional<Duration> left = left(result, end); left.isPresent(); left = left(result, end)) {
                pause.sleep(left.get());
                result = call(work, rotation -> rotation.status(domain));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (json) {
            try {
                KeyJson.write(result, streams.out());
            } catch (IOException failed) {
                throw new CommandFailure(ExitStatus.IO, "standard output cannot be written: " + failed.getMessage());
            }
            return code(result, List.of());
        }
        if (result.keys().isEmpty()) {
            streams.out()
                    .println(domain.map(name ->
                                    "There is no key of " + name + ": countersign key new " + name + " makes one")
                            .orElse("No domain is managed yet. countersign key new DOMAIN makes a key, and countersign"
                                    + " key status DOMAIN takes over the keys of DOMAIN in the signing table."));
        }
        text().status(result.keys());
        if (history) {
            result.keys().forEach(each -> text().history(each.key()));
        }
        return finish(result, List.of());
    }

    /** How long to pause before the next query; empty if nothing is waited for, or no time is left. */
    private Optional<Duration> left(Result result, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        boolean waits = result.keys().stream()
                .anyMatch(each ->
                        each.key().state() == KeyState.GENERATED || each.key().state() == KeyState.PUBLISHED);
        if (!waits || left.isNegative() || left.isZero()) {
            return Optional.empty();
        }
        return Optional.of(left.compareTo(MAX_PAUSE) < 0 ? left : MAX_PAUSE);
    }

    @Command(
            name = "activate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Lets the ready keys of a domain sign. The keys before them stay as a reserve for a day.",
                "",
                "A key that is not ready signs nothing."
            },
            footer = {
                "",
                "Examples:",
                "  countersign key activate example.org",
                "  countersign key activate example.org --at 2027-01-01"
            })
    int activate(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Option(
                            names = "--at",
                            paramLabel = "TIME",
                            converter = StartConverter.class,
                            description = "A date or a time in UTC such as 2026-07-01T06:00:00Z. Default: now.")
                    Optional<Instant> at,
            @Option(names = "--when-ready", description = "Let tick activate the keys as soon as they may sign.")
                    boolean whenReady,
            @Mixin KeyOptions options)
            throws CommandFailure {
        if (at.isPresent() && whenReady) {
            throw new ParameterException(spec.commandLine(), "--at and --when-ready exclude each other");
        }
        KeyOptions.Work work = options.work(clock);
        Result result =
                call(work, rotation -> whenReady ? rotation.activateWhenReady(domain) : rotation.activate(domain, at));
        text().steps(result);
        work.missingSetting().ifPresent(this::showSetting);
        return ExitStatus.OK.code();
    }

    @Command(
            name = "retire",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Ends the signing of a key. Its record must stay until tick says that it can go.",
                "",
                "Its file is deleted an hour later."
            },
            footer = {
                "",
                "Examples:",
                "  countersign key retire example.org r202611",
                "  countersign key retire example.org r202611 --config /etc/countersign/countersign.yaml"
            })
    int retire(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Parameters(paramLabel = "SELECTOR", converter = SelectorConverter.class, description = "The selector.")
                    DomainName selector,
            @Option(
                            names = "--at",
                            paramLabel = "TIME",
                            converter = EndConverter.class,
                            description = "A date, which is the last day, or a time in UTC. Default: now.")
                    Optional<Instant> at,
            @Option(names = "--even-the-last", description = "Even if nothing signs the mail of the domain then.")
                    boolean last,
            @Mixin KeyOptions options)
            throws CommandFailure {
        text().steps(call(options.work(clock), rotation -> rotation.retire(domain, selector.toString(), at, last)));
        return ExitStatus.OK.code();
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Ends the signing of a key at once, because somebody else may have it. Shows the record that"
                    + " revokes it. Its successor signs, if one is ready.",
            footer = {
                "",
                "Examples:",
                "  countersign key revoke example.org r202611",
                "  countersign key revoke example.org r202611 --config /etc/countersign/countersign.yaml"
            })
    int revoke(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Parameters(paramLabel = "SELECTOR", converter = SelectorConverter.class, description = "The selector.")
                    DomainName selector,
            @Mixin KeyOptions options)
            throws CommandFailure {
        Result result = call(options.work(clock), rotation -> rotation.revoke(domain, selector.toString()));
        text().steps(result);
        return finish(result, List.of());
    }

    @Command(
            name = "forget",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Removes a key that is generated or gone from the states, with its private key.",
                "",
                "Its record must be gone from the DNS. Keys in other states are refused."
            },
            footer = {
                "",
                "Examples:",
                "  countersign key forget example.org r202611",
                "  countersign key forget example.org r202611 --config /etc/countersign/countersign.yaml"
            })
    int forget(
            @Parameters(paramLabel = "DOMAIN", description = "The signing domain.") DomainName domain,
            @Parameters(paramLabel = "SELECTOR", converter = SelectorConverter.class, description = "The selector.")
                    DomainName selector,
            @Mixin KeyOptions options)
            throws CommandFailure {
        text().steps(call(options.work(clock), rotation -> rotation.forget(domain, selector.toString())));
        return ExitStatus.OK.code();
    }

    @Command(
            name = "tick",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Does every step that is due and nothing else, for cron. Writes a line for each step, and"
                        + " nothing if there is none.",
                "",
                "Run it every few minutes."
            },
            footer = {
                "",
                "Exit status: 0, 1 a person has to do something and the output says what, 75 a",
                "server could not be asked or another command runs.",
                "",
                "Examples:",
                "  countersign key tick",
                "  countersign key tick --auto --rotate-after 365d"
            })
    int tick(
            @Option(names = "--auto", description = "Also activate ready keys, and make successors of old keys.")
                    boolean auto,
            @Option(
                            names = "--rotate-after",
                            paramLabel = "TIME",
                            converter = DurationConverter.class,
                            description = "The age at which --auto makes the successor of a key. Default: 365d.")
                    Optional<Duration> rotateAfter,
            @Mixin KeyOptions options)
            throws CommandFailure {
        KeyOptions.Work work = options.work(clock);
        Result result = call(work, rotation -> rotation.tick(auto, rotateAfter.orElse(KeyRotation.ROTATE_AFTER)));
        text().steps(result);
        boolean signs = result.keys().stream().anyMatch(each -> each.key().state() == KeyState.ACTIVE);
        List<String> more = new ArrayList<>();
        work.missingSetting().filter(line -> signs).ifPresent(more::add);
        more.forEach(this::showSetting);
        return finish(result, more);
    }

    /** Writes what a person has to do, and which servers gave no answer. */
    private int finish(Result result, List<String> more) {
        text().tasks(result.tasks());
        result.unanswered().forEach(line -> streams.err().println("countersign: " + line));
        return code(result, more);
    }

    private static int code(Result result, List<String> more) {
        if (!result.tasks().isEmpty() || !more.isEmpty()) {
            return ExitStatus.CHECK_FAILED.code();
        }
        return result.unanswered().isEmpty() ? ExitStatus.OK.code() : ExitStatus.TRY_AGAIN.code();
    }
}
