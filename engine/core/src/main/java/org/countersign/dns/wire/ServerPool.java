package org.countersign.dns.wire;

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
import org.countersign.metrics.Meter;
import org.xbill.DNS.Message;

/**
 * The servers of a client, asked one after the other until one answers. A server that says SERVFAIL or
 * REFUSED, or refers to others, is believed only when no other does better; one that is silent or sends
 * garbage gets a second try after the rest. A query that had to give way tries the other servers, but none
 * twice: more tries are the last thing that helps. Safe for several threads.
 */
final class ServerPool {
    private static final int ROUNDS = 2;
    private static final Reply NOTHING = new Reply.Garbled("nothing came");

    private final List<Server> servers;
    private final Duration timeout;
    private final InstantSource clock;

    ServerPool(WireSettings settings, WireLimits limits, InstantSource clock, Meter meter) {
        WireMetrics metrics = WireMetrics.of(meter);
        this.timeout = settings.timeout();
        this.clock = clock;
        InFlightQueries places = new InFlightQueries(limits.underWay());
        ReadinessLoop loop = new ReadinessLoop();
        this.servers = settings.servers().stream()
                .map(address -> new Server(address, places, loop, limits, clock, metrics))
                .toList();
        meter.gauge(WireMetrics.SERVERS_IN_BACKOFF, this::serversInBackoff);
    }

    boolean isSilent() {
        return serversInBackoff() == servers.size();
    }

    private long serversInBackoff() {
        Instant now = clock.instant();
        return servers.stream().filter(server -> server.health().isResting(now)).count();
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
            } catch (ExecutionException fault) {
                throw new IllegalStateException("a probe failed for a fault of its own", fault.getCause());
            }
        }
        return found;
    }

    /**
     * The first usable answer, or the failure that says most. Waits until the deadline at the latest.
     *
     * @param queries makes the query anew for each try, so that each has an id of its own
     */
    Reply ask(Supplier<Message> queries, Instant deadline, QueryPriority priority) throws InterruptedException {
        Reply best = NOTHING;
        List<Server> candidates = servers;
        for (int round = 1; round <= ROUNDS && !candidates.isEmpty(); round++) {
            List<Server> again = new ArrayList<>();
            Round order = new Round(candidates);
            while (order.hasNext()) {
                Instant now = clock.instant();
                if (!now.isBefore(deadline)) {
                    return late(best);
                }
                Duration patience = patience(Duration.between(now, deadline), order.left());
                Server server = order.next(now);
                Reply reply = hurried(server.ask(queries, now.plus(patience), priority), patience);
                if (reply instanceof Reply.Answered) {
                    return reply;
                }
                if (reply.isWorthAnotherTry()) {
                    again.add(server);
                }
                best = best.equals(NOTHING) || reply.weight() > best.weight() ? reply : best;
            }
            candidates = again;
        }
        return best;
    }

    // Each server yet to be asked keeps its share of the time, so that a dead one does not use up all.
    private Duration patience(Duration left, int serversLeft) {
        Duration share = left.dividedBy(serversLeft);
        return share.compareTo(timeout) < 0 ? share : timeout;
    }

    // A wait that was cut short for the deadline's sake is the deadline's doing.
    private Reply hurried(Reply reply, Duration patience) {
        return reply instanceof Reply.Failed(DnsAnswer.Failure failure, String detail)
                        && failure == DnsAnswer.Failure.TIMEOUT
                        && patience.compareTo(timeout) < 0
                ? new Reply.Failed(DnsAnswer.Failure.DEADLINE, detail)
                : reply;
    }

    // What a server has said stands; without that, it was the deadline that ended the wait,
    // unless it was for want of room here that nothing was said.
    private static Reply late(Reply best) {
        return best instanceof Reply.Failed(DnsAnswer.Failure failure, String detail)
                        && (failure == DnsAnswer.Failure.SERVER_FAILURE
                                || failure == DnsAnswer.Failure.REFUSED
                                || failure == DnsAnswer.Failure.OVERLOADED)
                ? best
                : new Reply.Failed(DnsAnswer.Failure.DEADLINE);
    }

    /** One pass over the servers: in their order, the resting ones last. */
    private static final class Round {
        private final List<Server> fresh;
        private final List<Server> resting = new ArrayList<>();
        private int nextFresh;
        private int nextResting;

        Round(List<Server> servers) {
            this.fresh = servers;
        }

        int left() {
            return fresh.size() - nextFresh + resting.size() - nextResting;
        }

        boolean hasNext() {
            return left() > 0;
        }

        Server next(Instant now) {
            while (nextFresh < fresh.size()) {
                Server server = fresh.get(nextFresh++);
                if (server.health().isFit(now)) {
                    return server;
                }
                resting.add(server);
            }
            return resting.get(nextResting++);
        }
    }
}
