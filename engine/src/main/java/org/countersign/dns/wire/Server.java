package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.countersign.dns.DnsAnswer;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * One resolver: sends it a query, says what came of it and remembers what that tells of the server. How many
 * queries may start in a short time is bounded, for what arrives faster than the server reads is lost; how
 * many may wait is the business of {@link Places}. Safe for several threads.
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

    private final InetSocketAddress address;
    private final Places places;
    private final WireLimits limits;
    private final InstantSource clock;
    private final ServerHealth health = new ServerHealth();
    private final Semaphore starts;
    private final AtomicInteger inLine = new AtomicInteger();
    private volatile Instant plainUntil = Instant.MIN;
    private final LongAdder queries = new LongAdder();
    private final LongAdder silences = new LongAdder();
    private final LongAdder overloads = new LongAdder();

    /**
     * @param places shared with the other servers of the client
     */
    Server(InetSocketAddress address, Places places, WireLimits limits, InstantSource clock) {
        this.address = address;
        this.places = places;
        this.limits = limits;
        this.clock = clock;
        this.starts = new Semaphore(limits.burst(), true);
    }

    ServerHealth health() {
        return health;
    }

    /** What happened here so far. */
    WireCounters counters() {
        return new WireCounters(
                queries.sum(), silences.sum(), overloads.sum(), health.isResting(clock.instant()) ? 1 : 0);
    }

    /**
     * Sends a query and waits for what comes, at most until then.
     *
     * @param source makes the query anew for each try, so that each has an id of its own
     */
    Reply ask(Supplier<Message> source, Instant until) throws InterruptedException {
        if (clock.instant().isBefore(plainUntil)) {
            return judge(exchange(source.get(), PLAIN_PAYLOAD, until));
        }
        Reply reply = exchange(withEdns(source.get()), EDNS_PAYLOAD, until);
        if (!isRefusalOfEdns(reply)) {
            return judge(reply);
        }
        Reply plain = exchange(source.get(), PLAIN_PAYLOAD, until);
        if (plain instanceof Reply.Answered && !isRefusalOfEdns(plain)) {
            plainUntil = clock.instant().plus(PLAIN_FOR);
        }
        return judge(plain);
    }

    private static Message withEdns(Message query) {
        query.addRecord(new OPTRecord(EDNS_PAYLOAD, 0, 0), Section.ADDITIONAL);
        return query;
    }

    // RFC 6891 §7: FORMERR; servers older than that say NOTIMP too. Either way they send no OPT back.
    private static boolean isRefusalOfEdns(Reply reply) {
        return reply instanceof Reply.Answered(var message)
                && (message.getRcode() == Rcode.FORMERR || message.getRcode() == Rcode.NOTIMP)
                && message.getOPT() == null;
    }

    /** Waits in line, sends, waits for the answer; notes what that says of the server. */
    private Reply exchange(Message query, int payload, Instant until) throws InterruptedException {
        if (!standInLine(until)) {
            overloads.increment();
            return new Reply.Failed(DnsAnswer.Failure.OVERLOADED);
        }
        Instant started = clock.instant();
        long answersBefore = health.answers();
        Reply reply = send(query, payload, until);
        if (reply instanceof Reply.Answered && !(judge(reply) instanceof Reply.Garbled)) {
            health.answered();
            return reply;
        }
        boolean gaveWay = isFailure(reply, DnsAnswer.Failure.OVERLOADED);
        if (gaveWay) {
            overloads.increment();
        } else {
            silences.increment();
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
        return reply instanceof Reply.Failed(var failure) && failure == which;
    }

    /** Whether the query's turn to start came in time; then it holds a place among the starting ones. */
    private boolean standInLine(Instant until) throws InterruptedException {
        // With a time, if none: so it heeds an interrupt, and passes nobody in the line.
        if (starts.tryAcquire(0, TimeUnit.NANOSECONDS)) {
            return true;
        }
        try {
            return inLine.incrementAndGet() <= limits.line()
                    && starts.tryAcquire(nanosUntil(until), TimeUnit.NANOSECONDS);
        } finally {
            inLine.decrementAndGet();
        }
    }

    private Reply send(Message query, int payload, Instant until) throws InterruptedException {
        try (Exchange exchange = new Exchange(address, query, payload)) {
            places.enter(exchange);
            try {
                return await(exchange, until);
            } finally {
                places.leave(exchange);
            }
        }
    }

    private Reply await(Exchange exchange, Instant until) throws InterruptedException {
        Optional<Reply> soon;
        try {
            queries.increment();
            exchange.start();
            soon = exchange.await(Math.min(limits.readByThen().toNanos(), nanosUntil(until)));
        } finally {
            starts.release();
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
                isReferral(message) ? new Reply.Failed(DnsAnswer.Failure.REFUSED) : new Reply.Answered(message);
            case Rcode.NXDOMAIN -> new Reply.Answered(message);
            case Rcode.SERVFAIL -> new Reply.Failed(DnsAnswer.Failure.SERVER_FAILURE);
            case Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, Rcode.NOTAUTH ->
                new Reply.Failed(DnsAnswer.Failure.REFUSED);
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
