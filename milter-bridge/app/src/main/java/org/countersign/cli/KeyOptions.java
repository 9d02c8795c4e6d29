package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.config.SigningTableEntry;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.dns.authoritative.NameServers;
import org.countersign.dns.authoritative.QueryRate;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.rotation.ClockReading;
import org.countersign.rotation.HostClock;
import org.countersign.rotation.KeyRotation;
import org.countersign.rotation.KeyRotation.OtherKeys;
import org.countersign.rotation.PolicyCheck;
import org.countersign.rotation.RotationFailure;
import org.countersign.rotation.RotationFiles;
import org.countersign.service.DnsResolver;
import org.countersign.service.PolicyLoader;
import org.countersign.service.SystemClock;
import org.countersign.syntax.Octets;
import picocli.CommandLine.Option;

/** The options that all commands of {@code countersign key} have: which files, and which servers to ask. */
final class KeyOptions {
    private static final String TABLE = "signing.table";
    private static final int QUERIES_PER_SECOND = 20;
    // Servers that the user names are the user's own.
    private static final int OWN_QUERIES_PER_SECOND = 500;

    @Option(names = "--config", paramLabel = "YAML", description = InstalledPolicyFile.DESCRIPTION)
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description =
                    "The table file. Default: signing.table-file of the policy file, or signing.table next to it.")
    private Optional<Path> table = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory for new keys. Default: keys next to the table file.")
    private Optional<Path> keys = Optional.empty();

    @Option(
            names = "--ignore",
            paramLabel = "NS",
            description = "A name server that need not have a record, because it is not in use; can be repeated.")
    private List<DomainName> ignored = new ArrayList<>();

    @Option(
            names = "--servers",
            paramLabel = "ADDR[:PORT]",
            description = "An authoritative server to ask instead of those that the zone names; can be repeated.")
    private List<InetSocketAddress> servers = new ArrayList<>();

    /** What a command works with. */
    record Work(
            RotationFiles files,
            KeyRotation rotation,
            boolean hasPolicyFile,
            Optional<String> missingSetting,
            List<SigningTableEntry> earlierEntries) {
        /** The line of the policy file with which the service follows the table; empty if it does. */
        Optional<String> setting() {
            return hasPolicyFile
                    ? missingSetting
                    : Optional.of(tableFile(files.table().toAbsolutePath().normalize()));
        }

        /** The entry of the policy file that is tried before the table file for some or all mail of a domain. */
        Optional<SigningTableEntry> entryBefore(DomainName domain) {
            return earlierEntries.stream()
                    .filter(entry -> entry.authors().isEmpty()
                            || entry.authors().stream().anyMatch(pattern -> isFor(pattern, domain)))
                    .findFirst();
        }

        private static boolean isFor(AddressPattern pattern, DomainName domain) {
            return pattern.covers(new AddressPattern.Domain(domain))
                    || (pattern instanceof AddressPattern.Address address
                            && address.domain().equals(domain));
        }

        /** Runs a command of the module, whose failure ends this one. */
        <T> T run(Rotation<T> command) throws CommandFailure {
            try {
                return command.run(rotation);
            } catch (RotationFailure failure) {
                throw failure(failure);
            }
        }
    }

    /** A command of the module. */
    interface Rotation<T> {
        T run(KeyRotation rotation) throws RotationFailure;
    }

    /** Reads the policy file, if there is one, and finds the files. */
    Work work(InstantSource clock) throws CommandFailure {
        Optional<Configuration> policy = policy();
        Optional<Path> named = config.isPresent() && policy.isPresent()
                ? PolicyLoader.tableFile(config.get(), policy.get().signing())
                : Optional.empty();
        Path file = table.or(() -> named)
                .or(() -> config.map(path -> path.resolveSibling(TABLE)))
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE, "name the policy file with --config, or the table file with --table"));
        Path directory = keys.orElseGet(() -> file.resolveSibling("keys"));
        RotationFiles files = new RotationFiles(file, directory);
        Configuration settings = policy.orElseGet(KeyOptions::defaults);
        KeyRotation rotation = new KeyRotation(
                files,
                dns(settings, clock),
                // The time of a test passes only where the test says so.
                clock instanceof SystemClock
                        ? new HostClock(clock)
                        : () -> new ClockReading(clock.instant(), "", Duration.ZERO),
                others(settings),
                policyCheck(),
                ignored,
                new SecureRandom());
        boolean follows = named.filter(path -> isSame(path, file)).isPresent();
        return new Work(
                files,
                rotation,
                config.isPresent(),
                config.isPresent() && !follows ? Optional.of(setting(config.get(), file)) : Optional.empty(),
                settings.signing().table());
    }

    /** Asks the files as the service reads them, those of the keys too. */
    private PolicyCheck policyCheck() {
        return config.<PolicyCheck>map(
                        file -> () -> PolicyLoader.inspect(file, BridgeConfiguration.FRONT_END, Optional.empty())
                                .problems())
                .orElse(PolicyCheck.NONE);
    }

    private static CommandFailure failure(RotationFailure failure) {
        return new CommandFailure(
                switch (failure.reason()) {
                    case NOT_POSSIBLE -> ExitStatus.CHECK_FAILED;
                    case BAD_FILE -> ExitStatus.CONFIGURATION;
                    case NOT_WRITTEN -> ExitStatus.CANNOT_CREATE;
                    case TRY_AGAIN -> ExitStatus.TRY_AGAIN;
                },
                failure.lines());
    }

    private Optional<Configuration> policy() throws CommandFailure {
        return config.isPresent() ? Optional.of(PolicyFiles.read(config.get())) : Optional.empty();
    }

    private static Configuration defaults() {
        return ConfigurationParser.parse("", Octets.EMPTY, BridgeConfiguration.FRONT_END)
                        instanceof ParsedConfiguration.Valid valid
                ? valid.configuration()
                : unreachable();
    }

    private static Configuration unreachable() {
        throw new IllegalStateException("the defaults are not valid");
    }

    private AuthoritativeDns dns(Configuration settings, InstantSource clock) {
        if (!servers.isEmpty()) {
            return new NameServers(servers, clock, new QueryRate(OWN_QUERIES_PER_SECOND));
        }
        List<InetSocketAddress> resolvers = settings.dns().servers().isEmpty()
                ? SystemResolvers.servers()
                : settings.dns().servers();
        return new NameServers(
                resolvers, DnsResolver.of(settings.dns(), clock).wire(), clock, new QueryRate(QUERIES_PER_SECOND));
    }

    /** The keys of the policy file itself. */
    private OtherKeys others(Configuration settings) {
        Set<DomainName> names = new HashSet<>();
        Set<String> files = new HashSet<>();
        List<KeyEntry> entries = new ArrayList<>(settings.signing().keys());
        settings.sealKey().ifPresent(entries::add);
        for (KeyEntry entry : entries) {
            names.add(DomainName.of(entry.recordName()));
            config.ifPresent(path -> files.add(path.resolveSibling(entry.keyFile())
                    .toAbsolutePath()
                    .normalize()
                    .toString()));
        }
        return new OtherKeys(names, files);
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private static String setting(Path policyFile, Path table) {
        Path absolute = table.toAbsolutePath().normalize();
        Path named = Optional.ofNullable(policyFile.toAbsolutePath().normalize().getParent())
                .filter(absolute::startsWith)
                .map(directory -> directory.relativize(absolute))
                .orElse(absolute);
        return tableFile(named);
    }

    private static String tableFile(Path named) {
        return "table-file: " + named;
    }
}
