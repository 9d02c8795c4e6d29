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
 * One resolver: sends it a query, says what came of it and remembers what that tells of the server. How many
 * queries may start in a short time is bounded, for what arrives faster than the server reads is lost; how
 * many may wait is the business of {@link InFlightQueries}. Safe for several threads.
 */
final class Server {
    // The value that lets an answer through every path without fragments (DNS Flag Day 2020).
    private static final int EDNS_PAYLOAD = 1232;
    // RFC 1035 §4.2.1: what a server may send that was not told otherwise.
    private static final int PLAIN_PAYLOAD = 512;
    // RFC 6891 §6.2.2: a brief time. As long as others remember a server's ways.
    private static final Duration PLAIN_FOR = Duration.ofMinutes(15);
    // Silence for less than this says more about the asker's hurry than about the server.
    private static final Duration TELLING_SILENCE = Duration.ofMillis(250);

    private static final Name PROBED = WireRecords.name(DomainName.of("localhost"));

    private final InetSocketAddress address;
    private final InFlightQueries places;
    private final ReadinessLoop loop;
    private final WireLimits limits;
    private final InstantSource clock;
    private final ServerHealth health = new ServerHealth();
    private final Line ordinary;
    private final Line ofAuthors;
    private volatile Instant plainUntil = Instant.MIN;
    private final WireMetrics metrics;

    /**
     * @param places shared with the other servers of the client
     * @param loop shared as well
     * @param metrics shared as well
     */
    Server(
            InetSocketAddress address,
            InFlightQueries places,
            ReadinessLoop loop,
            WireLimits limits,
            InstantSource clock,
            WireMetrics metrics) {
        this.address = address;
        this.places = places;
        this.loop = loop;
        this.limits = limits;
        this.clock = clock;
        this.metrics = metrics;
        this.ordinary = new Line(limits.burst(), limits.line());
        this.ofAuthors = new Line(limits.authorBurst(), limits.authorLine());
    }

    ServerHealth health() {
        return health;
    }

    /** Asks for a name that resolvers answer for without asking others (RFC 6761 §6.3). */
    ServerProbe probe(Instant until) throws InterruptedException {
        Reply reply = ask(
                () -> Message.newQuery(Record.newRecord(PROBED, Type.A, DClass.IN)),
                until,
                QueryPriority.AUTHOR_DOMAIN);
        return new ServerProbe(
                address,
                switch (reply) {
                    case Reply.Answered answered -> Optional.empty();
                    case Reply.Garbled(String problem) -> Optional.of(problem);
                    case Reply.Failed(DnsAnswer.Failure failure, String detail) ->
                        switch (failure) {
                            case TIMEOUT, DEADLINE -> Optional.of(detail.isEmpty() ? "no answer in time" : detail);
                            case NETWORK -> Optional.of(detail);
                            // It has answered, or it is not known whether it would.
                            case SERVER_FAILURE, REFUSED, OVERLOADED, BUDGET_SPENT -> Optional.empty();
                        };
                });
    }

    /**
     * Sends a query and waits for what comes, at most until then.
     *
     * @param source makes the query anew for each try, so that each has an id of its own
     */
    Reply ask(Supplier<Message> source, Instant until, QueryPriority priority) throws InterruptedException {
        if (clock.instant().isBefore(plainUntil)) {
            return judge(exchange(source.get(), PLAIN_PAYLOAD, until, priority));
        }
        Reply reply = exchange(withEdns(source.get()), EDNS_PAYLOAD, until, priority);
        if (!isRefusalOfEdns(reply)) {
            return judge(reply);
        }
        Reply plain = exchange(source.get(), PLAIN_PAYLOAD, until, priority);
        if (plain instanceof Reply.Answered && !isRefusalOfEdns(plain)) {
            plainUntil = clock.instant().plus(PLAIN_FOR);
        }
        return judge(plain);
    }

    private static Message withEdns(Message query) {
        query.addRecord(new OPTRecord(EDNS_PAYLOAD, 0, 0), Section.ADDITIONAL);
        return query;
    }

    // RFC 6891 §7: FORMERR; servers older than that say NOTIMP too. Either way they send no OPT back. §6.1.3: BADVERS.
    private static boolean isRefusalOfEdns(Reply reply) {
        return reply instanceof Reply.Answered(var message)
                && (message.getRcode() == Rcode.BADVERS
                        || ((message.getRcode() == Rcode.FORMERR || message.getRcode() == Rcode.NOTIMP)
                                && message.getOPT() == null));
    }

    /** Waits in line, sends, waits for the answer; notes what that says of the server. */
    private Reply exchange(Message query, int payload, Instant until, QueryPriority priority)
            throws InterruptedException {
        Optional<Line> turn = standInLine(until, priority);
        if (turn.isEmpty()) {
            metrics.dropped().increment();
            return new Reply.Failed(DnsAnswer.Failure.OVERLOADED);
        }
        Instant started = clock.instant();
        long answersBefore = health.answers();
        Reply reply;
        boolean heard;
        try (DnsExchange exchange = new DnsExchange(address, query, payload, loop)) {
            reply = send(exchange, until, priority, turn.get());
            heard = exchange.hasHeardFromServer();
        }
        if (heard || (reply instanceof Reply.Answered && !(judge(reply) instanceof Reply.Garbled))) {
            health.answered();
        }
        if (reply instanceof Reply.Answered && !(judge(reply) instanceof Reply.Garbled)) {
            return reply;
        }
        boolean gaveWay = isFailure(reply, DnsAnswer.Failure.OVERLOADED);
        if (gaveWay) {
            metrics.dropped().increment();
        } else {
            metrics.unanswered().increment();
        }
        Instant waitedUntil = gaveWay ? clock.instant() : until;
        boolean cutShort = (gaveWay || isFailure(reply, DnsAnswer.Failure.TIMEOUT))
                && Duration.between(started, waitedUntil).compareTo(TELLING_SILENCE) < 0;
        if (!cutShort) {
            health.silent(clock.instant(), answersBefore);
        }
        return reply;
    }

    private static boolean isFailure(Reply reply, DnsAnswer.Failure which) {
        return reply instanceof Reply.Failed(var failure, var detail) && failure == which;
    }

    /** Queries that wait for their turn to be sent. */
    private static final class Line {
        private final Semaphore starts;
        private final int longest;
        private final AtomicInteger waiting = new AtomicInteger();

        Line(int burst, int longest) {
            this.starts = new Semaphore(burst, true);
            this.longest = longest;
        }

        /** Whether a turn is free at once. Heeds an interrupt, and passes nobody in the line. */
        boolean isFree() throws InterruptedException {
            return starts.tryAcquire(0, TimeUnit.NANOSECONDS);
        }

        /** Whether the turn came in time. */
        boolean await(long nanos) throws InterruptedException {
            try {
                return waiting.incrementAndGet() <= longest && starts.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            } finally {
                waiting.decrementAndGet();
            }
        }

        void release() {
            starts.release();
        }
    }

    /** The line in which the query's turn to start came in time; it holds a place among the starting ones there. */
    private Optional<Line> standInLine(Instant until, QueryPriority priority) throws InterruptedException {
        Line own = priority == QueryPriority.AUTHOR_DOMAIN ? ofAuthors : ordinary;
        if (own.isFree()) {
            return Optional.of(own);
        }
        if (priority == QueryPriority.AUTHOR_DOMAIN && ordinary.isFree()) {
            return Optional.of(ordinary);
        }
        return own.await(nanosUntil(until)) ? Optional.of(own) : Optional.empty();
    }

    private Reply send(DnsExchange exchange, Instant until, QueryPriority priority, Line turn)
            throws InterruptedException {
        places.enter(exchange, priority);
        try {
            return await(exchange, until, turn);
        } finally {
            places.leave(exchange);
        }
    }

    private Reply await(DnsExchange exchange, Instant until, Line turn) throws InterruptedException {
        Optional<Reply> soon;
        try {
            metrics.queries().increment();
            exchange.start();
            soon = exchange.await(Math.min(limits.readByThen().toNanos(), nanosUntil(until)));
        } finally {
            turn.release();
        }
        return soon.isPresent() ? soon.get() : exchange.await(nanosUntil(until)).orElseGet(exchange::silence);
    }

    private long nanosUntil(Instant until) {
        return TimeUnit.NANOSECONDS.convert(Duration.between(clock.instant(), until));
    }

    private static Reply judge(Reply reply) {
        return reply instanceof Reply.Answered(var message) ? judge(message) : reply;
    }

    private static Reply judge(Message message) {
        if (!message.getHeader().getFlag(Flags.QR)) {
            return new Reply.Garbled("not a response");
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
            default -> new Reply.Garbled("response code " + Rcode.string(message.getRcode()));
        };
    }

    // RFC 2308 §2.2: no answer, name servers and no SOA in the authority section mean "ask those". A
    // resolver does not say so; an authoritative server that the question is none of the business of does.
    private static boolean isReferral(Message message) {
        return message.getSection(Section.ANSWER).isEmpty()
                && !message.getHeader().getFlag(Flags.AA)
                && message.getSection(Section.AUTHORITY).stream().anyMatch(data -> data.getType() == Type.NS)
                && message.getSection(Section.AUTHORITY).stream().noneMatch(data -> data.getType() == Type.SOA);
    }
}
