package org.countersign.dns.wire;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.QueryPriority;
import org.countersign.metrics.Meter;

/**
 * A stub resolver: queries recursive resolvers over UDP, with a random port and id for each query (RFC 5452) and EDNS
 * with 1232 octets. It uses TCP after a truncated answer, and follows at most eight aliases.
 *
 * <p>Servers are tried in their order, but those in backoff last. Each may take as long as the timeout, and all of them
 * together as long as the deadline. If the machine stood still meanwhile, the wait is a little longer. After SERVFAIL,
 * REFUSED, a referral or a malformed reply the next server is tried. If no server answers, the result is the most
 * significant failure. It is {@link DnsAnswer.BadAnswer} only if every server sent malformed replies.
 *
 * <p>At most 2048 queries are in flight, fewer with a heap below 256 MB. A further query evicts the oldest one, which fails with
 * {@link DnsAnswer.Failure#OVERLOADED}. A query that could not be sent because a limit was reached fails in the same way. So a flood
 * of names whose servers do not answer delays those names, and no others. An overload never counts against a server.
 * Queries about Author Domains have half of the limit if they need it, and a queue of their own ({@link QueryPriority}).
 *
 * <p>A server that does not understand EDNS is queried without it for 15 minutes (RFC 6891 §6.2.2).
 *
 * <p>There is no cache. Sockets and a thread exist only while queries are in flight, and for some seconds after, so that
 * nothing needs to be closed.
 */
public final class WireDnsClient implements DnsClient {
    private final ServerPool servers;
    private final boolean trustAuthenticData;

    /** A client without metrics. */
    public WireDnsClient(WireSettings settings, InstantSource clock) {
        this(settings, clock, Meter.NONE);
    }

    /**
     * @param clock measures deadlines; the monotonic one of a {@link MeasuringClock} is used
     * @param meter receives the metrics listed in {@link WireMetrics}
     */
    public WireDnsClient(WireSettings settings, InstantSource clock, Meter meter) {
        this(settings, WireLimits.DEFAULT, clock, meter);
    }

    WireDnsClient(WireSettings settings, WireLimits limits, InstantSource clock, Meter meter) {
        this.servers = new ServerPool(settings, limits, MeasuringClock.monotonicOf(clock), meter);
        this.trustAuthenticData = settings.trustAuthenticData();
    }

    /** Whether all servers are in backoff, because none of them has answered its last queries. */
    public boolean isUnavailable() {
        return servers.isUnavailable();
    }

    /**
     * Whether the thread that reads the answers works, or there is none because no query is in flight. It does not matter
     * whether servers answer.
     *
     * @param timeout how long to wait for the thread
     */
    public boolean responds(Duration timeout) throws InterruptedException {
        return servers.responds(timeout);
    }

    /** Sends a test query to all servers at the same time, with the usual timeout. */
    public List<ServerProbe> probe() throws InterruptedException {
        return servers.probe();
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        return lookup(query, deadline, QueryPriority.ORDINARY);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline, QueryPriority priority) {
        CnameResolver<R> resolver = new CnameResolver<>(query, trustAuthenticData);
        try {
            while (true) {
                switch (servers.query(resolver::message, deadline, priority)) {
                    case Reply.Answered(var message) -> {
                        Optional<DnsAnswer<R>> answer = resolver.read(message);
                        if (answer.isPresent()) {
                            return answer.get();
                        }
                    }
                    case Reply.Failed(var failure, var detail) -> {
                        return new DnsAnswer.Unavailable<>(failure, detail, AnswerMetadata.NONE);
                    }
                    case Reply.Malformed(var problem) -> {
                        return new DnsAnswer.BadAnswer<>(problem, AnswerMetadata.NONE);
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        }
    }
}
