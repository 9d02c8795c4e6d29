package org.countersign.dns.wire;

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
 * Asks recursive resolvers over the network: UDP with a random port and id each time (RFC 5452), EDNS
 * with 1232 octets, TCP where the answer was cut short. Aliases are followed, at most eight of them.
 *
 * <p>Servers are tried in their order, those that were silent lately last, each for at most the timeout
 * and all of them within the deadline. SERVFAIL, REFUSED, a referral and garbage send the question on to
 * the next server; what comes back in the end when none answers is the failure that says most, and
 * {@link DnsAnswer.BadAnswer} only where every server sent garbage.
 *
 * <p>At most 2048 queries wait at once. Beyond that the one that has waited longest gives way to the new one
 * and fails with {@link DnsAnswer.Failure#OVERLOADED}, and so does a query for which there was no room to
 * start: a flood of names whose servers are silent costs those names their patience, and not the others
 * their answers. That is a lack of room here, so it counts against no server. Half of that room, and a line of their
 * own, is for queries about Author Domains where it is needed ({@link QueryPriority}).
 *
 * <p>A server that cannot read EDNS is asked without it for a quarter of an hour (RFC 6891 §6.2.2).
 *
 * <p>No cache, no state but the memory of which server was silent. It holds sockets and a thread only while it
 * waits, and for some seconds after, so there is nothing to close.
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

    /** Whether all servers were silent lately, so that each is asked last. One that was not asked is not silent. */
    public boolean isSilent() {
        return servers.isSilent();
    }

    /** Asks each server once, all at the same time, and waits for their answers as long as for others. */
    public List<ServerProbe> probe() throws InterruptedException {
        return servers.probe();
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
        return lookup(question, deadline, QueryPriority.ORDINARY);
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline, QueryPriority priority) {
        CnameResolver<R> chase = new CnameResolver<>(question, trustAuthenticData);
        try {
            while (true) {
                switch (servers.ask(chase::query, deadline, priority)) {
                    case Reply.Answered(var message) -> {
                        Optional<DnsAnswer<R>> answer = chase.read(message);
                        if (answer.isPresent()) {
                            return answer.get();
                        }
                    }
                    case Reply.Failed(var failure, var detail) -> {
                        return new DnsAnswer.Unavailable<>(failure, detail, AnswerMetadata.NONE);
                    }
                    case Reply.Garbled(var problem) -> {
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
