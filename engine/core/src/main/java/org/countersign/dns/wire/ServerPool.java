package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.QueryPriority;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;
import org.xbill.DNS.Message;

/**
 * The servers of a client, queried one after another until one answers. SERVFAIL, REFUSED and a referral are the result
 * only if no other server does better. A server that does not answer, or sends malformed replies, is retried after the
 * others. A query that was evicted tries the other servers, but none twice, because retries would make an overload
 * worse. Thread-safe.
 */
final class ServerPool {
    private static final int ROUNDS = 2;
    private static final Reply NOTHING = new Reply.Malformed("nothing came");

    private final List<Server> servers;
    private final Duration timeout;
    private final InstantSource clock;
    private final ReadinessLoop loop = new ReadinessLoop();

    ServerPool(WireSettings settings, WireLimits limits, InstantSource clock, Meter meter) {
        this.timeout = settings.timeout();
        this.clock = clock;
        InFlightQueries inFlight = new InFlightQueries(limits.inFlight());
        this.servers = settings.servers().stream()
                .map(address -> server(address, inFlight, limits, meter))
                .toList();
        meter.gauge(WireMetrics.IN_FLIGHT, inFlight::size);
    }

    private Server server(InetSocketAddress address, InFlightQueries inFlight, WireLimits limits, Meter meter) {
        Label name = new Label("server", SocketFailure.name(address));
        Server server = new Server(address, inFlight, loop, limits, clock, WireMetrics.of(meter, name));
        meter.gauge(WireMetrics.IN_BACKOFF, () -> server.health().isInBackoff(clock.instant()) ? 1 : 0, name);
        return server;
    }

    boolean isUnavailable() {
        Instant now = clock.instant();
        for (Server server : servers) {
            if (!server.health().isInBackoff(now)) {
                return false;
            }
        }
        return true;
    }

    /** See {@link WireDnsClient#responds}. */
    boolean responds(Duration wait) throws InterruptedException {
        return loop.responds(wait);
    }

    List<ServerProbe> probe() throws InterruptedException {
        List<FutureTask<ServerProbe>> probes = servers.stream()
                .map(server ->
                        new FutureTask<>(() -> server.probe(clock.instant().plus(timeout))))
                .toList();
        probes.forEach(Thread::startVirtualThread);
        List<ServerProbe> found = new ArrayList<>();
        for (FutureTask<ServerProbe> probe : probes) {
            try {
                found.add(probe.get());
            } catch (ExecutionException bug) {
                throw new IllegalStateException("a probe failed because of a bug", bug.getCause());
            }
        }
        return found;
    }

    /**
     * The first usable answer, or the most significant failure. Returns before the deadline.
     *
     * @param queries creates a new message for each attempt, so that each has an id of its own
     */
    Reply query(Supplier<Message> queries, Instant deadline, QueryPriority priority) throws InterruptedException {
        Reply best = NOTHING;
        List<Server> candidates = servers;
        for (int round = 1; round <= ROUNDS && !candidates.isEmpty(); round++) {
            List<Server> retries = new ArrayList<>();
            Round pass = new Round(candidates);
            while (pass.hasNext()) {
                Instant now = clock.instant();
                if (!now.isBefore(deadline)) {
                    return late(best);
                }
                Duration timeLimit = timeLimit(Duration.between(now, deadline), pass.left());
                Server server = pass.next(now);
                Reply reply = withDeadline(server.query(queries, now.plus(timeLimit), priority), timeLimit);
                if (reply instanceof Reply.Answered) {
                    return reply;
                }
                if (reply.isRetryable()) {
                    retries.add(server);
                }
                best = best.equals(NOTHING) || reply.significance() > best.significance() ? reply : best;
            }
            candidates = retries;
        }
        return best;
    }

    // Divides the remaining time among the servers, so that one that does not answer cannot use all of it.
    private Duration timeLimit(Duration left, int serversLeft) {
        Duration share = left.dividedBy(serversLeft);
        return share.compareTo(timeout) < 0 ? share : timeout;
    }

    // A timeout that the deadline has shortened is a failure of the deadline.
    private Reply withDeadline(Reply reply, Duration timeLimit) {
        return reply instanceof Reply.Failed(DnsAnswer.Failure failure, String detail)
                        && failure == DnsAnswer.Failure.TIMEOUT
                        && timeLimit.compareTo(timeout) < 0
                ? new Reply.Failed(DnsAnswer.Failure.DEADLINE, detail)
                : reply;
    }

    // The result when the deadline has passed: what a server answered, or an overload, and otherwise the deadline.
    private static Reply late(Reply best) {
        return best instanceof Reply.Failed(DnsAnswer.Failure failure, String detail)
                        && (failure == DnsAnswer.Failure.SERVER_FAILURE
                                || failure == DnsAnswer.Failure.REFUSED
                                || failure == DnsAnswer.Failure.OVERLOADED)
                ? best
                : new Reply.Failed(DnsAnswer.Failure.DEADLINE);
    }

    /** One pass over the servers in their order, with those in backoff last. */
    private static final class Round {
        private final List<Server> candidates;
        private final List<Server> inBackoff = new ArrayList<>();
        private int nextCandidate;
        private int nextInBackoff;

        Round(List<Server> servers) {
            this.candidates = servers;
        }

        int left() {
            return candidates.size() - nextCandidate + inBackoff.size() - nextInBackoff;
        }

        boolean hasNext() {
            return left() > 0;
        }

        Server next(Instant now) {
            while (nextCandidate < candidates.size()) {
                Server server = candidates.get(nextCandidate++);
                if (server.health().isAvailable(now)) {
                    return server;
                }
                inBackoff.add(server);
            }
            return inBackoff.get(nextInBackoff++);
        }
    }
}
