package org.countersign.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.config.DnsSettings;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.replay.DnsRecording;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.dns.replay.ReplayingDnsClient;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.service.DnsResolver;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.service.SystemClock;
import org.countersign.syntax.Parsed;

/**
 * The DNS and the clock of a check: the servers, a snapshot, or both.
 *
 * @param client answers the queries
 * @param clock what is expired is expired by this clock
 * @param recording keeps the answers, if that is wanted
 * @param replay answers from a snapshot, if that is wanted
 */
record CheckDns(
        DnsClient client, InstantSource clock, Optional<DnsRecording> recording, Optional<ReplayingDnsClient> replay) {
    private static final int MAX_SNAPSHOT = 64 * 1024 * 1024;

    /** The DNS servers of this host, or those of the options. */
    static CheckDns live(CheckOptions options, DnsSettings settings, boolean recorded) throws CommandFailure {
        DnsSettings servers = options.servers().isEmpty() ? settings : settings.withServers(options.servers());
        InstantSource clock = options.at().map(CheckDns::beginningAt).orElseGet(SystemClock::new);
        DnsSnapshot earlier =
                options.replay().isPresent() ? snapshot(options.replay().get()) : DnsSnapshot.EMPTY;
        DnsClient client = DnsResolver.of(servers, clock).cache();
        if (!recorded) {
            return new CheckDns(client, clock, Optional.empty(), Optional.empty());
        }
        Instant asked = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        DnsRecording recording =
                new DnsRecording(client, earlier, asked, servers.servers().isEmpty() ? "resolver" : name(servers));
        return new CheckDns(recording, clock, Optional.of(recording), Optional.empty());
    }

    private static String name(DnsSettings settings) {
        return settings.servers().getFirst().getAddress().getHostAddress();
    }

    /**
     * The DNS servers of this host, without a recording.
     *
     * @param others to use instead; empty for the configured ones
     */
    static CheckDns live(List<InetSocketAddress> others, DnsSettings settings) {
        InstantSource clock = new SystemClock();
        DnsSettings servers = others.isEmpty() ? settings : settings.withServers(others);
        return new CheckDns(DnsResolver.of(servers, clock).cache(), clock, Optional.empty(), Optional.empty());
    }

    /** The answers of a snapshot alone. */
    static CheckDns replay(DnsSnapshot snapshot, Optional<Instant> at) {
        ReplayingDnsClient client = new ReplayingDnsClient(snapshot);
        InstantSource clock =
                at.or(() -> asked(snapshot)).map(InstantSource::fixed).orElseGet(SystemClock::new);
        return new CheckDns(client, clock, Optional.empty(), Optional.of(client));
    }

    private static Optional<Instant> asked(DnsSnapshot snapshot) {
        return snapshot.sections().stream()
                .map(SnapshotSection::asked)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .flatMap(text -> {
                    try {
                        return Optional.of(Instant.parse(text));
                    } catch (DateTimeException other) {
                        return Optional.empty();
                    }
                });
    }

    /** A clock that goes on from a time. */
    private static InstantSource beginningAt(Instant start) {
        InstantSource system = new SystemClock();
        Duration offset = Duration.between(system.instant(), start);
        return () -> system.instant().plus(offset);
    }

    /** Reads a snapshot. */
    static DnsSnapshot snapshot(Path file) throws CommandFailure {
        try {
            String text = HostFiles.read(file, file.toString(), MAX_SNAPSHOT).latin1();
            return switch (DnsSnapshot.parse(text)) {
                case Parsed.Value<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot snapshot) -> snapshot;
                case Parsed.Malformed<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot.Mistake mistake) ->
                    throw new CommandFailure(
                            ExitStatus.BAD_DATA, file + ":" + mistake.line() + ": " + mistake.problem());
            };
        } catch (FileFailure failure) {
            throw CommandFailure.of(failure);
        }
    }

    /** Writes the recorded answers: whole, or not at all. */
    void save(Path file, Streams streams) throws CommandFailure {
        DnsSnapshot snapshot = recording.map(DnsRecording::snapshot).orElse(DnsSnapshot.EMPTY);
        write(file, snapshot.render().getBytes(StandardCharsets.US_ASCII));
        if (recording.isPresent() && !recording.get().isComplete()) {
            streams.err()
                    .println(
                            "countersign: " + file + " is not complete: there were more answers than a snapshot holds");
        }
    }

    /** Writes a file by renaming a complete one. A file that is no regular one, such as /dev/stdout, is written as it is. */
    static void write(Path file, byte[] content) throws CommandFailure {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, content);
                return;
            }
            Path directory =
                    Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
            Path temporary = Files.createTempFile(directory, ".countersign", ".tmp");
            try {
                Files.write(temporary, content);
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.CANNOT_CREATE, file + " cannot be written: " + problem.getMessage());
        }
    }

    /** The queries that the snapshot could not answer. */
    List<DnsQuery<?>> missing() {
        return replay.map(ReplayingDnsClient::missing).orElse(List.of());
    }
}
