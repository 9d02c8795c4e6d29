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
import java.util.function.Supplier;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.dns.authoritative.NameServers;
import org.countersign.dns.authoritative.QueryRate;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.domain.DomainName;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.rotation.ClockReading;
import org.countersign.rotation.HostClock;
import org.countersign.rotation.KeyRotation;
import org.countersign.rotation.KeyRotation.OtherKeys;
import org.countersign.rotation.PolicyCheck;
import org.countersign.rotation.RotationFiles;
import org.countersign.service.DnsResolver;
import org.countersign.service.PolicyLoader;
import org.countersign.service.SystemClock;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all commands of {@code countersign key} have: which files, and which servers to ask. */
final class KeyOptions {
    private static final String TABLE = "signing.table";
    private static final int QUERIES_PER_SECOND = 20;
    // Servers that the user names are the user's own.
    private static final int OWN_QUERIES_PER_SECOND = 500;

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

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

    /**
     * Reads the policy file, if there is one, and finds the files.
     *
     * @param clock tells how much of a wait has passed
     * @throws CommandFailure if the policy file cannot be read, or if no option tells where the table is
     */
    KeyWork work(InstantSource clock) throws CommandFailure {
        Optional<Path> policyFile = config.file();
        Optional<Configuration> policy =
                policyFile.isPresent() ? Optional.of(PolicyFiles.read(policyFile.get())) : Optional.empty();
        Optional<Path> named =
                policy.flatMap(settings -> PolicyLoader.tableFile(policyFile.orElseThrow(), settings.signing()));
        Path file = table.or(() -> named)
                .or(() -> policyFile.map(path -> path.resolveSibling(TABLE)))
                .orElseThrow(() -> new CommandFailure(
                        ExitStatus.USAGE, "name the policy file with --config, or the table file with --table"));
        RotationFiles files = new RotationFiles(file, keys.orElseGet(() -> file.resolveSibling("keys")));
        Configuration settings = policy.orElse(Configuration.DEFAULT);
        KeyRotation rotation = new KeyRotation(
                files,
                dns(settings, clock),
                readings(clock),
                others(settings),
                policyCheck(),
                ignored,
                new SecureRandom());
        boolean follows = named.filter(path -> isSame(path, file)).isPresent();
        return new KeyWork(
                files,
                rotation,
                policyFile.isPresent(),
                policyFile.filter(path -> !follows).map(path -> setting(path, file)),
                settings.signing().table());
    }

    /** The time of the host, which goes on if its clock is set. The clock of a test goes on only where the test says so. */
    private static Supplier<ClockReading> readings(InstantSource clock) {
        return clock instanceof SystemClock
                ? new HostClock(clock)
                : () -> new ClockReading(clock.instant(), "", Duration.ZERO);
    }

    /** Reads the policy file and all files that it names as the service does, those of the keys too. */
    private PolicyCheck policyCheck() {
        return config.file()
                .<PolicyCheck>map(
                        file -> () -> PolicyLoader.inspect(file, BridgeConfiguration.FRONT_END, Optional.empty())
                                .failure())
                .orElse(PolicyCheck.NONE);
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

    /** The keys that the policy file names itself: no command of {@code key} changes them. */
    private OtherKeys others(Configuration settings) {
        Set<DomainName> names = new HashSet<>();
        Set<String> files = new HashSet<>();
        List<KeyEntry> entries = new ArrayList<>(settings.signing().keys());
        settings.sealKey().ifPresent(entries::add);
        for (KeyEntry entry : entries) {
            names.add(DomainName.of(entry.recordName()));
            config.file()
                    .ifPresent(path -> files.add(path.resolveSibling(entry.keyFile())
                            .toAbsolutePath()
                            .normalize()
                            .toString()));
        }
        return new OtherKeys(names, files);
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    /** The line with which a policy file names a table: relative to its own directory, if the table is in it or below. */
    private static String setting(Path policyFile, Path table) {
        Path absolute = table.toAbsolutePath().normalize();
        Path named = Optional.ofNullable(policyFile.toAbsolutePath().normalize().getParent())
                .filter(absolute::startsWith)
                .map(directory -> directory.relativize(absolute))
                .orElse(absolute);
        return KeyWork.settingFor(named);
    }
}
