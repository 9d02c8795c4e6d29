package org.countersign.service.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.countersign.config.DnsSettings;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.domain.DomainName;
import org.countersign.service.DnsResolver;

/** Queries each DNS server of a policy by itself, all at the same time. */
final class ResolverCheck {
    // As in the log of the service; the times of a single query say no more than their size.
    private static final Duration SLOW = Duration.ofMillis(500);

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final DnsSettings settings;
    private final InstantSource clock;

    ResolverCheck(DnsSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The result for one server, with what is wrong about it.
     *
     * @param denies whether it says that the name that was looked up does not exist
     */
    private record Tested(
            String name, Duration time, Optional<String> silent, Optional<String> unusable, boolean denies) {}

    /**
     * Queries the servers.
     *
     * @param name is looked up to find out whether a server that answers also has data
     * @return whether a server can be used
     */
    boolean run(DomainName name, Findings findings) throws InterruptedException {
        List<InetSocketAddress> servers = settings.servers().isEmpty() ? SystemResolvers.servers() : settings.servers();
        List<FutureTask<Tested>> tasks = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            FutureTask<Tested> task = new FutureTask<>(() -> test(server, name));
            tasks.add(task);
            Thread.startVirtualThread(task);
        }
        List<Tested> results = new ArrayList<>();
        for (FutureTask<Tested> task : tasks) {
            try {
                results.add(task.get());
            } catch (ExecutionException bug) {
                throw new IllegalStateException("the test of a server failed because of a bug", bug.getCause());
            }
        }
        boolean usable = results.stream()
                .anyMatch(
                        result -> result.silent().isEmpty() && result.unusable().isEmpty());
        Finding.Level level = usable ? Finding.Level.WARNING : Finding.Level.ERROR;
        for (Tested result : results) {
            report(result, name, level, findings);
        }
        if (!usable) {
            findings.error("dns: no server can be used: start the resolver, or correct dns.servers. Without DNS, mail"
                    + " with a DMARC policy is deferred");
        }
        return usable;
    }

    private void report(Tested result, DomainName name, Finding.Level level, Findings findings) {
        String origin = settings.servers().isEmpty() ? " (" + origin(RESOLV_CONF) + ")" : "";
        String server = "dns.servers: " + result.name() + origin;
        if (result.silent().isPresent()) {
            findings.add(
                    level,
                    server + " does not answer: " + result.silent().get() + ": start it, or take it out of the list");
        } else if (result.unusable().isPresent()) {
            findings.add(
                    level,
                    server + " answers, but not with data for " + name + ": "
                            + result.unusable().get() + ": let it resolve names for this machine, or use another one");
        } else if (result.denies()) {
            // The name is a domain of this operator. A domain that only exists inside may be right to be unknown.
            findings.warning(
                    server + " answers that " + name + " does not exist: if other mail servers see this domain, let"
                            + " the server resolve names of the Internet, or use another one");
        } else if (result.time().compareTo(SLOW) > 0) {
            findings.warning(server + " answers slowly, after " + result.time().toMillis()
                    + " ms: use a resolver on this machine or near it");
        } else {
            findings.note(server + " answers (" + result.time().toMillis() + " ms)");
        }
    }

    /**
     * Where a server comes from that the policy does not name. Without a server in the file, queries go to this machine.
     *
     * @param file the settings of the resolver of the system
     */
    static String origin(Path file) {
        try {
            boolean named = Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .anyMatch(line -> line.strip().matches("nameserver\\s+\\S.*"));
            return named ? "from " + file : "the default, because " + file + " names no server";
        } catch (NoSuchFileException missing) {
            return "the default, because " + file + " does not exist";
        } catch (IOException unreadable) {
            return "the default, because " + file + " cannot be read";
        }
    }

    private Tested test(InetSocketAddress server, DomainName name) throws InterruptedException {
        WireDnsClient wire =
                DnsResolver.of(settings.withServers(List.of(server)), clock).wire();
        InstantSource monotonic = MeasuringClock.monotonicOf(clock);
        Instant begun = monotonic.instant();
        ServerProbe probe = wire.probe().getFirst();
        Duration time = Duration.between(begun, monotonic.instant());
        if (probe.problem().isPresent()) {
            return new Tested(probe.name(), time, probe.problem(), Optional.empty(), false);
        }
        DnsAnswer<DnsRecord.Text> answer = wire.lookup(
                DnsQuery.txt(name), monotonic.instant().plus(settings.timeout().multipliedBy(2)));
        return new Tested(
                probe.name(),
                time,
                Optional.empty(),
                answer.isError() ? Optional.of(answer.describe()) : Optional.empty(),
                answer instanceof DnsAnswer.NoSuchName);
    }
}
