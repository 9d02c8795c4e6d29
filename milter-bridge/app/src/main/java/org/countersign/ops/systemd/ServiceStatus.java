package org.countersign.ops.systemd;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.dns.wire.ServerProbe;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.service.DnsWatch;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.syntax.Ascii;

/**
 * The state of the service, as {@code systemctl status} shows it in one line: its addresses and policy, and what is wrong.
 * It is sent when it changes. Thread-safe.
 */
public final class ServiceStatus {
    private final ServiceManager manager;

    // Guarded by this object.
    private List<ListenAddress> addresses = List.of();
    private String policy = "";
    private Optional<String> refused = Optional.empty();
    private Optional<String> dns = Optional.empty();
    private boolean stopping;

    public ServiceStatus(ServiceManager manager) {
        this.manager = manager;
    }

    /** The service listens on these addresses, with this policy: it is ready. */
    public synchronized void serving(List<ListenAddress> on, LoadedPolicy with) {
        addresses = List.copyOf(on);
        policy = describe(with);
        manager.ready(text());
    }

    /** A signal asks for a reload. Its result follows from the {@linkplain #following(PolicySource.Listener) listener}. */
    public synchronized void reloading() {
        if (!stopping) {
            manager.reloading();
        }
    }

    /** The service begins to end. */
    public synchronized void stopping(long messages) {
        stopping = true;
        manager.stopping("Stopping: " + messages + " messages in progress");
    }

    /** Sends the result of each reload, after another listener has received it. */
    public PolicySource.Listener following(PolicySource.Listener first) {
        return new PolicySource.Listener() {
            @Override
            public void reloaded(LoadedPolicy before, LoadedPolicy now) {
                first.reloaded(before, now);
                loaded(now);
            }

            @Override
            public void refused(List<String> problems) {
                first.refused(problems);
                ended(policy, Optional.of(problems.getFirst()));
            }

            @Override
            public void unchanged(LoadedPolicy now) {
                first.unchanged(now);
                loaded(now);
            }

            @Override
            public void withoutFile() {
                first.withoutFile();
                ended(policy, Optional.empty());
            }
        };
    }

    private void loaded(LoadedPolicy now) {
        ended(describe(now), Optional.empty());
    }

    /** A reload has ended. */
    private synchronized void ended(String now, Optional<String> problem) {
        policy = now;
        refused = problem;
        changed();
    }

    /** Sends whether the DNS servers answer, after another listener has received it. */
    public DnsWatch.Listener following(DnsWatch.Listener first) {
        return new DnsWatch.Listener() {
            @Override
            public void silent(ServerProbe server) {
                first.silent(server);
            }

            @Override
            public void unavailable(List<ServerProbe> servers) {
                first.unavailable(servers);
                dnsProblem(Optional.of("no DNS server answers"));
            }

            @Override
            public void available(List<ServerProbe> servers) {
                first.available(servers);
                dnsProblem(Optional.empty());
            }
        };
    }

    private synchronized void dnsProblem(Optional<String> problem) {
        dns = problem;
        changed();
    }

    /** READY=1 also ends a reload; without one it does no harm. Before the service listens it is not ready. */
    private void changed() {
        if (!stopping && !addresses.isEmpty()) {
            manager.ready(text());
        }
    }

    private String text() {
        String listening = "Listening on "
                + addresses.stream().map(ListenAddress::toString).collect(Collectors.joining(", ")) + "; " + policy;
        return Stream.of(
                        Optional.of(listening),
                        dns,
                        refused.map(problem -> "the changed policy was refused, the earlier one stays: " + problem))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }

    private static String describe(LoadedPolicy policy) {
        int keys = policy.keyCount();
        return "mode " + Ascii.lower(policy.configuration().mode().name()) + ", " + keys
                + (keys == 1 ? " key" : " keys");
    }
}
