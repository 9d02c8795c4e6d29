package org.countersign.dns.authoritative;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.countersign.dns.wire.WireRecords;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

/** Sends DNS messages with dnsjava, and waits for their replies no longer than until a moment. Safe for any number of threads. */
final class DnsMessages {
    private static final int MAX_PAYLOAD = 1232;

    private final List<InetSocketAddress> resolvers;
    private final Function<InetAddress, InetSocketAddress> endpoint;
    private final InstantSource clock;
    private final QueryRate rate;
    private final Duration timeout;

    /**
     * @param resolvers recursive resolvers, asked in this order
     * @param endpoint gives the port of an authoritative server
     * @param rate of the queries to authoritative servers
     * @param timeout of one message
     */
    DnsMessages(
            List<InetSocketAddress> resolvers,
            Function<InetAddress, InetSocketAddress> endpoint,
            InstantSource clock,
            QueryRate rate,
            Duration timeout) {
        this.resolvers = resolvers;
        this.endpoint = endpoint;
        this.clock = clock;
        this.rate = rate;
        this.timeout = timeout;
    }

    /** The reply to one message, or why there is none. */
    sealed interface Reply {
        record Received(Message message) implements Reply {}

        record Missing(String why) implements Reply {}
    }

    /** Why a reply of the resolvers has no record of a type, with the addresses that were asked, for people. */
    String without(String type, Reply reply) {
        String problem = switch (reply) {
            case Reply.Missing(String why) -> why;
            case Reply.Received(Message message) ->
                message.getRcode() == Rcode.NOERROR
                        ? "answers without a record of the type " + type
                        : "answers " + Rcode.string(message.getRcode());
        };
        return "the DNS server "
                + resolvers.stream()
                        .map(resolver -> resolver.getAddress().getHostAddress() + ":" + resolver.getPort())
                        .collect(Collectors.joining(", "))
                + " " + problem;
    }

    /** Asks the resolvers in their order until one answers. */
    Reply resolve(DomainName name, int type, boolean withoutValidation, Instant end) {
        Reply last = new Reply.Missing("there is no resolver");
        for (InetSocketAddress resolver : resolvers) {
            Message query = message(name, type);
            query.getHeader().setFlag(Flags.RD);
            query.getHeader().setFlag(Flags.AD);
            if (withoutValidation) {
                query.getHeader().setFlag(Flags.CD);
            }
            last = send(resolver, query, false, end);
            if (last instanceof Reply.Received) {
                return last;
            }
        }
        return last;
    }

    /** Asks an authoritative server, without recursion. */
    Reply ask(InetAddress address, DomainName name, int type, boolean overTcp, Instant end) {
        InetSocketAddress to = endpoint.apply(IpNetwork.plain(address));
        rate.await();
        Message query = message(name, type);
        query.getHeader().unsetFlag(Flags.RD);
        return send(to, query, overTcp, end);
    }

    private static Message message(DomainName name, int type) {
        return Message.newQuery(Record.newRecord(WireRecords.name(name), type, DClass.IN));
    }

    private Reply send(InetSocketAddress to, Message query, boolean overTcp, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        if (!left.isPositive()) {
            return new Reply.Missing("was not asked, because the others took too long");
        }
        SimpleResolver server = new SimpleResolver(to);
        server.setTCP(overTcp);
        server.setTimeout(left.compareTo(timeout) < 0 ? left : timeout);
        server.setEDNS(0, MAX_PAYLOAD, 0, List.of());
        try {
            return new Reply.Received(server.send(query));
        } catch (IOException failed) {
            return new Reply.Missing(why(failed, overTcp));
        }
    }

    private String why(IOException failed, boolean overTcp) {
        String transport = overTcp ? " over TCP" : " over UDP";
        return Objects.toString(failed.getMessage(), "")
                        .toLowerCase(Locale.ROOT)
                        .contains("timed out")
                ? "does not answer" + transport + " within " + timeout.toSeconds() + " s"
                : "cannot be reached" + transport;
    }
}
