package org.countersign.dns.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.countersign.dns.DnsAnswer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/** One resolver: sends it a query and says what came of it. Safe for several threads. */
final class Server {
    // The value that lets an answer through every path without fragments (DNS Flag Day 2020).
    private static final int EDNS_PAYLOAD = 1232;
    // Each query under way holds a socket, and a process has not many more than a thousand.
    private static final int MOST_UNDER_WAY = 256;
    // The library looks at its timeouts once a second; the wait below ends on time, this one cleans up.
    private static final Duration LIBRARY_GRACE = Duration.ofMillis(500);

    private final SimpleResolver resolver;
    private final InstantSource clock;
    private final ServerHealth health = new ServerHealth();
    private final Semaphore vacancies = new Semaphore(MOST_UNDER_WAY);

    Server(InetSocketAddress address, Duration timeout, InstantSource clock) {
        this.clock = clock;
        this.resolver = new SimpleResolver(address);
        resolver.setEDNS(0, EDNS_PAYLOAD, 0, List.of());
        resolver.setTimeout(timeout.plus(LIBRARY_GRACE));
    }

    ServerHealth health() {
        return health;
    }

    /** Sends the query and waits for what comes, at most until then. */
    Reply ask(Message query, Instant until) throws InterruptedException {
        if (!vacancies.tryAcquire(nanosUntil(until), TimeUnit.NANOSECONDS)) {
            return new Reply.Failed(DnsAnswer.Failure.TIMEOUT);
        }
        // The answer is read on a thread of its own: the library has a single one for all sockets.
        CompletableFuture<Message> answer =
                resolver.sendAsync(query, Thread::startVirtualThread).toCompletableFuture();
        // An abandoned query gives its place back when its socket is closed, not before.
        CompletableFuture<Message> held = answer.whenComplete((message, failure) -> vacancies.release());
        try {
            return judge(held.get(nanosUntil(until), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return new Reply.Failed(DnsAnswer.Failure.TIMEOUT);
        } catch (ExecutionException failed) {
            return judgeFailure(failed.getCause());
        }
    }

    private long nanosUntil(Instant until) {
        return TimeUnit.NANOSECONDS.convert(Duration.between(clock.instant(), until));
    }

    // The library has compared the id and the question (RFC 5452 §9.1).
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

    private static Reply judgeFailure(@Nullable Throwable failure) {
        if (failure instanceof WireParseException) {
            return new Reply.Garbled("not an answer to what was asked");
        }
        return failure instanceof IOException
                ? new Reply.Failed(DnsAnswer.Failure.NETWORK)
                : new Reply.Garbled("not a DNS message");
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
