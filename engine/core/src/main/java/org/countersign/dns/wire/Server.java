package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.QueryPriority;
import org.countersign.domain.DomainName;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * One resolver: sends queries, judges the replies, and keeps the health of the server up to date. The number of queries
 * sent in a short time is bounded, because a server loses what arrives faster than it reads. {@link InFlightQueries}
 * bounds how many wait for an answer. Thread-safe.
 */
final class Server {
    // Avoids fragmentation on practically all paths (DNS Flag Day 2020).
    private static final int EDNS_PAYLOAD = 1232;
    // RFC 1035 §4.2.1: the limit without EDNS.
    private static final int PLAIN_PAYLOAD = 512;
    // RFC 6891 §6.2.2: a brief time; as long as other resolvers remember it.
    private static final Duration WITHOUT_EDNS_FOR = Duration.ofMinutes(15);
    // A shorter wait without an answer says nothing about the server.
    private static final Duration MIN_CONCLUSIVE_WAIT = Duration.ofMillis(250);

    // A wait that ends so much later than it should shows that the machine stood still, for example for a snapshot.
    private static final Duration STANDSTILL = Duration.ofMillis(100);
    private static final Duration WAIT_AFTER_STANDSTILL = Duration.ofSeconds(1);
    private static final int MAX_WAITS_AFTER_STANDSTILL = 2;

    private static final Name PROBE_NAME = WireRecords.name(DomainName.of("localhost"));

    private final InetSocketAddress address;
    private final InFlightQueries inFlight;
    private final ReadinessLoop loop;
    private final WireLimits limits;
    private final InstantSource clock;
    private final ServerHealth health = new ServerHealth();
    private final SendQueue ordinary;
    private final SendQueue authors;
    private volatile Instant withoutEdnsUntil = Instant.MIN;
    private final WireMetrics metrics;

    /**
     * @param inFlight shared with the other servers of the client
     * @param loop shared as well
     * @param metrics of this server
     */
    Server(
            InetSocketAddress address,
            InFlightQueries inFlight,
            ReadinessLoop loop,
            WireLimits limits,
            InstantSource clock,
            WireMetrics metrics) {
        this.address = address;
        this.inFlight = inFlight;
        this.loop = loop;
        this.limits = limits;
        this.clock = clock;
        this.metrics = metrics;
        this.ordinary = new SendQueue(limits.burst(), limits.queueLength());
        this.authors = new SendQueue(limits.authorBurst(), limits.authorQueueLength());
    }

    ServerHealth health() {
        return health;
    }

    /** Queries a name that resolvers answer without contacting other servers (RFC 6761 §6.3). */
    ServerProbe probe(Instant until) throws InterruptedException {
        Reply reply = query(
                () -> Message.newQuery(Record.newRecord(PROBE_NAME, Type.A, DClass.IN)),
                until,
                QueryPriority.AUTHOR_DOMAIN);
        return new ServerProbe(
                address,
                switch (reply) {
                    case Reply.Answered answered -> Optional.empty();
                    case Reply.Malformed(String problem) -> Optional.of(problem);
                    case Reply.Failed(DnsAnswer.Failure failure, String detail) ->
                        switch (failure) {
                            case TIMEOUT, DEADLINE -> Optional.of(detail.isEmpty() ? "no answer in time" : detail);
                            case NETWORK -> Optional.of(detail);
                            // The server has answered, or was not contacted.
                            case SERVER_FAILURE, REFUSED, OVERLOADED, BUDGET_SPENT -> Optional.empty();
                        };
                });
    }

    /**
     * Sends a query and waits for the reply until the given time.
     *
     * @param queries creates a new message for each attempt, so that each has an id of its own
     */
    Reply query(Supplier<Message> queries, Instant until, QueryPriority priority) throws InterruptedException {
        if (clock.instant().isBefore(withoutEdnsUntil)) {
            return judge(exchange(queries.get(), PLAIN_PAYLOAD, until, priority));
        }
        Reply reply = exchange(withEdns(queries.get()), EDNS_PAYLOAD, until, priority);
        if (!isEdnsRefused(reply)) {
            return judge(reply);
        }
        Reply withoutEdns = exchange(queries.get(), PLAIN_PAYLOAD, until, priority);
        if (withoutEdns instanceof Reply.Answered && !isEdnsRefused(withoutEdns)) {
            withoutEdnsUntil = clock.instant().plus(WITHOUT_EDNS_FOR);
        }
        return judge(withoutEdns);
    }

    private static Message withEdns(Message query) {
        query.addRecord(new OPTRecord(EDNS_PAYLOAD, 0, 0), Section.ADDITIONAL);
        return query;
    }

    // RFC 6891 §7: FORMERR; older servers send NOTIMP. Neither has an OPT record in the reply. §6.1.3: BADVERS.
    private static boolean isEdnsRefused(Reply reply) {
        return reply instanceof Reply.Answered(var message)
                && (message.getRcode() == Rcode.BADVERS
                        || ((message.getRcode() == Rcode.FORMERR || message.getRcode() == Rcode.NOTIMP)
                                && message.getOPT() == null));
    }

    /** Waits in the queue, sends the query, waits for the reply, and updates the health of the server. */
    private Reply exchange(Message query, int payload, Instant until, QueryPriority priority)
            throws InterruptedException {
        Optional<SendQueue> queue = acquireSlot(until, priority);
        if (queue.isEmpty()) {
            metrics.dropped().increment();
            return new Reply.Failed(DnsAnswer.Failure.OVERLOADED);
        }
        Instant started = clock.instant();
        long answersBefore = health.answers();
        Reply reply;
        boolean heard;
        try (DnsExchange exchange = new DnsExchange(address, query, payload, loop)) {
            reply = send(exchange, until, priority, queue.get());
            heard = exchange.hasHeardFromServer();
        }
        if (heard || (reply instanceof Reply.Answered && !(judge(reply) instanceof Reply.Malformed))) {
            health.answered();
        }
        if (reply instanceof Reply.Answered && !(judge(reply) instanceof Reply.Malformed)) {
            metrics.answerTime()
                    .record(Duration.between(started, clock.instant()).toNanos());
            return reply;
        }
        boolean evicted = isFailure(reply, DnsAnswer.Failure.OVERLOADED);
        if (evicted) {
            metrics.dropped().increment();
        } else {
            metrics.unanswered().increment();
        }
        Instant waitedUntil = evicted ? clock.instant() : until;
        boolean tooShort = (evicted || isFailure(reply, DnsAnswer.Failure.TIMEOUT))
                && Duration.between(started, waitedUntil).compareTo(MIN_CONCLUSIVE_WAIT) < 0;
        if (!tooShort) {
            health.timedOut(clock.instant(), answersBefore);
        }
        return reply;
    }

    private static boolean isFailure(Reply reply, DnsAnswer.Failure which) {
        return reply instanceof Reply.Failed(var failure, var detail) && failure == which;
    }

    /** The queries that wait until they may be sent. A slot is held for the ack window of a query. */
    private static final class SendQueue {
        private final Semaphore slots;
        private final int maxLength;
        private final AtomicInteger waiting = new AtomicInteger();

        SendQueue(int burst, int maxLength) {
            this.slots = new Semaphore(burst, true);
            this.maxLength = maxLength;
        }

        /** Takes a slot if one is free and no other query waits for it. */
        boolean tryAcquire() throws InterruptedException {
            return slots.tryAcquire(0, TimeUnit.NANOSECONDS);
        }

        /** Waits for a slot; false if none became free in time, or the queue is too long. */
        boolean acquire(long nanos) throws InterruptedException {
            try {
                return waiting.incrementAndGet() <= maxLength && slots.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            } finally {
                waiting.decrementAndGet();
            }
        }

        void release() {
            slots.release();
        }
    }

    /** The queue in which the query got a slot; empty if it got none. */
    private Optional<SendQueue> acquireSlot(Instant until, QueryPriority priority) throws InterruptedException {
        SendQueue own = priority == QueryPriority.AUTHOR_DOMAIN ? authors : ordinary;
        if (own.tryAcquire()) {
            return Optional.of(own);
        }
        if (priority == QueryPriority.AUTHOR_DOMAIN && ordinary.tryAcquire()) {
            return Optional.of(ordinary);
        }
        return own.acquire(nanosUntil(until)) ? Optional.of(own) : Optional.empty();
    }

    private Reply send(DnsExchange exchange, Instant until, QueryPriority priority, SendQueue queue)
            throws InterruptedException {
        inFlight.add(exchange, priority);
        try {
            return await(exchange, until, queue);
        } finally {
            inFlight.remove(exchange);
        }
    }

    private Reply await(DnsExchange exchange, Instant until, SendQueue queue) throws InterruptedException {
        Optional<Reply> soon;
        try {
            metrics.queries().increment();
            exchange.start();
            soon = exchange.await(Math.min(limits.ackWindow().toNanos(), nanosUntil(until)));
        } finally {
            queue.release();
        }
        return soon.isPresent() ? soon.get() : awaitLate(exchange, until);
    }

    /**
     * Waits until the given time. If the time has passed because the machine stood still, the answer may not have been read
     * or even sent yet, so the wait lasts a little longer.
     */
    private Reply awaitLate(DnsExchange exchange, Instant until) throws InterruptedException {
        Optional<Reply> reply = exchange.await(nanosUntil(until));
        Instant end = until;
        for (int more = 0; reply.isEmpty() && isLongPast(end) && more < MAX_WAITS_AFTER_STANDSTILL; more++) {
            end = clock.instant().plus(WAIT_AFTER_STANDSTILL);
            reply = exchange.await(WAIT_AFTER_STANDSTILL.toNanos());
        }
        return reply.orElseGet(exchange::timeout);
    }

    private boolean isLongPast(Instant time) {
        return clock.instant().isAfter(time.plus(STANDSTILL));
    }

    private long nanosUntil(Instant until) {
        return TimeUnit.NANOSECONDS.convert(Duration.between(clock.instant(), until));
    }

    private static Reply judge(Reply reply) {
        return reply instanceof Reply.Answered(var message) ? judge(message) : reply;
    }

    private static Reply judge(Message message) {
        if (!message.getHeader().getFlag(Flags.QR)) {
            return new Reply.Malformed("not a response");
        }
        // RFC 2181 §9. Without records, it would be taken for the answer that there are none.
        if (message.getHeader().getFlag(Flags.TC)) {
            return new Reply.Malformed("an answer that is truncated over TCP too");
        }
        return switch (message.getRcode()) {
            case Rcode.NOERROR ->
                isReferral(message)
                        ? new Reply.Failed(DnsAnswer.Failure.REFUSED, "a referral to other servers")
                        : new Reply.Answered(message);
            case Rcode.NXDOMAIN -> new Reply.Answered(message);
            case Rcode.SERVFAIL -> new Reply.Failed(DnsAnswer.Failure.SERVER_FAILURE, Rcode.string(message.getRcode()));
            case Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, Rcode.NOTAUTH ->
                new Reply.Failed(DnsAnswer.Failure.REFUSED, Rcode.string(message.getRcode()));
            default -> new Reply.Malformed("response code " + Rcode.string(message.getRcode()));
        };
    }

    // RFC 2308 §2.2: a reply without an answer, with NS records and no SOA in the authority section. Resolvers send no
    // referrals; an authoritative server of another zone does.
    private static boolean isReferral(Message message) {
        return message.getSection(Section.ANSWER).isEmpty()
                && !message.getHeader().getFlag(Flags.AA)
                && hasAuthority(message, Type.NS)
                && !hasAuthority(message, Type.SOA);
    }

    private static boolean hasAuthority(Message message, int type) {
        for (Record data : message.getSection(Section.AUTHORITY)) {
            if (data.getType() == type) {
                return true;
            }
        }
        return false;
    }
}
