package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
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
import org.countersign.service.DnsResolver;
import org.countersign.service.SystemClock;

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
    /** The DNS servers of this host, or those of the options. */
    static CheckDns live(CheckOptions options, DnsSettings settings, boolean recorded) throws CommandFailure {
        DnsSettings servers = options.servers().isEmpty() ? settings : settings.withServers(options.servers());
        InstantSource clock = options.at().map(CheckDns::beginningAt).orElseGet(SystemClock::new);
        DnsSnapshot earlier = options.replay().isPresent()
                ? SnapshotFile.read(options.replay().get())
                : DnsSnapshot.EMPTY;
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
        InstantSource clock = at.or(() -> SnapshotFile.asked(snapshot))
                .map(InstantSource::fixed)
                .orElseGet(SystemClock::new);
        return new CheckDns(client, clock, Optional.empty(), Optional.of(client));
    }

    /** A clock that goes on from a time. */
    private static InstantSource beginningAt(Instant start) {
        InstantSource system = new SystemClock();
        Duration offset = Duration.between(system.instant(), start);
        return () -> system.instant().plus(offset);
    }

    /** Writes the recorded answers. */
    void save(Path file, Streams streams) throws CommandFailure {
        DnsSnapshot snapshot = recording.map(DnsRecording::snapshot).orElse(DnsSnapshot.EMPTY);
        SnapshotFile.write(file, snapshot);
        if (recording.isPresent() && !recording.get().isComplete()) {
            streams.err()
                    .println(
                            "countersign: " + file + " is not complete: there were more answers than a snapshot holds");
        }
    }

    /** The queries that the snapshot could not answer. */
    List<DnsQuery<?>> missing() {
        return replay.map(ReplayingDnsClient::missing).orElse(List.of());
    }
}
