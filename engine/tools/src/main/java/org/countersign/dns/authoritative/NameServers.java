package org.countersign.dns.authoritative;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.authoritative.AuthoritativeAnswers.ServerAnswer;
import org.countersign.dns.authoritative.DnsMessages.Reply;
import org.countersign.dns.authoritative.ZoneSearch.Zone;
import org.countersign.dns.wire.WireRecords;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Asks authoritative servers over the network with dnsjava. The resolver of this host gives the zone of an existing name,
 * its servers and their addresses; everything else comes from those servers, without recursion. A server that refers to a
 * zone below leads there, so that zone cuts between the two names are found.
 */
public final class NameServers implements AuthoritativeDns {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MAX_TTL = Duration.ofSeconds(Integer.MAX_VALUE);
    private static final int DNS_PORT = 53;
    /** All servers of a zone together have so long to answer one query. */
    private static final Duration MAX_TIME = Duration.ofSeconds(30);
    // Servers that are given by their addresses need no lookup.
    private static final DnsClient NO_ADDRESSES = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            throw new IllegalStateException("the servers are given by their addresses");
        }
    };

    private final DnsMessages messages;
    private final ZoneSearch zones;
    private final InstantSource clock;
    private final List<InetSocketAddress> only;

    /**
     * Asks these servers in the place of those that the zone names, for zones whose primary server is hidden and for tests.
     *
     * @param servers authoritative servers, each with its port, one for each address
     * @param rate of the queries
     */
    public NameServers(List<InetSocketAddress> servers, InstantSource clock, QueryRate rate) {
        this.clock = MeasuringClock.monotonicOf(clock);
        this.only = List.copyOf(servers);
        Map<InetAddress, InetSocketAddress> byAddress = new HashMap<>();
        servers.forEach(server -> byAddress.put(IpNetwork.plain(server.getAddress()), server));
        this.messages = new DnsMessages(
                only,
                address -> byAddress.getOrDefault(address, new InetSocketAddress(address, DNS_PORT)),
                this.clock,
                rate,
                TIMEOUT);
        this.zones = new ZoneSearch(messages, NO_ADDRESSES, this.clock, TIMEOUT);
    }

    /**
     * @param resolvers recursive resolvers, asked in this order for the zone of an existing name
     * @param addresses gives the addresses of servers
     * @param clock of the deadlines of {@code addresses}
     * @param rate of the queries to authoritative servers
     */
    public NameServers(List<InetSocketAddress> resolvers, DnsClient addresses, InstantSource clock, QueryRate rate) {
        this(resolvers, addresses, clock, rate, address -> new InetSocketAddress(address, DNS_PORT), TIMEOUT);
    }

    NameServers(
            List<InetSocketAddress> resolvers,
            DnsClient addresses,
            InstantSource clock,
            QueryRate rate,
            Function<InetAddress, InetSocketAddress> endpoint,
            Duration timeout) {
        this.clock = MeasuringClock.monotonicOf(clock);
        this.messages = new DnsMessages(List.copyOf(resolvers), endpoint, this.clock, rate, timeout);
        this.zones = new ZoneSearch(messages, addresses, this.clock, timeout);
        this.only = List.of();
    }

    @Override
    public AuthoritativeAnswers query(DomainName name, RecordType type, DomainName existing) {
        Instant end = clock.instant().plus(MAX_TIME);
        Reply soa = messages.resolve(existing, Type.SOA, true, end);
        Optional<DomainName> apex = ZoneSearch.apex(soa);
        if (apex.isEmpty()) {
            return none(
                    name,
                    Optional.empty(),
                    "the zone of " + existing + " is not known: " + messages.without("SOA", soa));
        }
        if (!only.isEmpty()) {
            Zone given = new Zone(apex.get(), given());
            return new AuthoritativeAnswers(name, apex, askAll(given, name, type, end), "");
        }
        Zone zone = zones.below(zones.zone(apex.get(), end), name, type, end);
        if (zone.first().isEmpty()) {
            return none(name, Optional.of(zone.apex()), "no server of the zone " + zone.apex() + " has an address");
        }
        return new AuthoritativeAnswers(name, Optional.of(zone.apex()), askAll(zone, name, type, end), "");
    }

    /** The given servers, each under its address, because they have no names. */
    private Map<DomainName, List<InetAddress>> given() {
        Map<DomainName, List<InetAddress>> servers = new LinkedHashMap<>();
        for (InetSocketAddress server : only) {
            String address = server.getAddress().getHostAddress();
            DomainName name =
                    DomainName.parseQueryName(address.replace(':', '-')).orElse(DomainName.of("server"));
            servers.put(name, List.of(server.getAddress()));
        }
        return servers;
    }

    private static AuthoritativeAnswers none(DomainName name, Optional<DomainName> zone, String why) {
        return new AuthoritativeAnswers(name, zone, List.of(), why);
    }

    private List<ServerAnswer> askAll(Zone zone, DomainName name, RecordType type, Instant end) {
        List<ServerAnswer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ServerAnswer>> asked = new ArrayList<>();
            zone.servers()
                    .forEach((server, of) -> of.forEach(address ->
                            asked.add(threads.submit(() -> askOne(zone, server, address, name, type, end)))));
            for (Future<ServerAnswer> each : asked) {
                answers.add(each.get());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a query failed because of a bug", bug.getCause());
        }
        return answers;
    }

    private ServerAnswer askOne(
            Zone zone, DomainName server, InetAddress address, DomainName name, RecordType type, Instant end) {
        int code = WireRecords.type(type);
        return new ServerAnswer(
                server,
                address,
                answer(messages.ask(address, name, code, false, end), name, code),
                answer(messages.ask(address, name, code, true, end), name, code),
                serial(messages.ask(address, zone.apex(), Type.SOA, false, end)));
    }

    private static OptionalLong serial(Reply reply) {
        return reply instanceof Reply.Received(Message message)
                ? message.getSection(Section.ANSWER).stream()
                        .filter(SOARecord.class::isInstance)
                        .mapToLong(data -> ((SOARecord) data).getSerial())
                        .findFirst()
                : OptionalLong.empty();
    }

    private static Answer answer(Reply reply, DomainName name, int type) {
        return switch (reply) {
            case Reply.Missing(String why) -> new Answer.Failed(why);
            case Reply.Received(Message message) -> answer(message, WireRecords.name(name), type);
        };
    }

    private static Answer answer(Message message, Name name, int type) {
        int rcode = message.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return new Answer.Failed("answers " + Rcode.string(rcode));
        }
        if (!message.getHeader().getFlag(Flags.AA)) {
            return new Answer.Failed("has no authority for the zone");
        }
        List<DnsRecord> records = new ArrayList<>();
        List<CNAMERecord> aliases = new ArrayList<>();
        Duration ttl = MAX_TTL;
        boolean found = false;
        for (Record data : message.getSection(Section.ANSWER)) {
            if (data.getDClass() == DClass.IN && data.getName().equals(name)) {
                if (data.getType() == type) {
                    found = true;
                    Duration own = Duration.ofSeconds(data.getTTL());
                    ttl = own.compareTo(ttl) < 0 ? own : ttl;
                    WireRecords.data(data).ifPresent(records::add);
                } else if (data instanceof CNAMERecord alias) {
                    aliases.add(alias);
                }
            }
        }
        if (found) {
            return new Answer.Records(records, ttl);
        }
        if (!aliases.isEmpty()) {
            return alias(aliases);
        }
        return new Answer.None(
                rcode == Rcode.NOERROR,
                ZoneSearch.soa(message)
                        .map(soa -> Duration.ofSeconds(Math.min(soa.getTTL(), soa.getMinimum())))
                        .orElse(Duration.ZERO));
    }

    private static Answer alias(List<CNAMERecord> aliases) {
        CNAMERecord first = aliases.getFirst();
        // A record that is repeated is one alias.
        if (aliases.stream().anyMatch(each -> !each.getTarget().equals(first.getTarget()))) {
            return Answer.Failed.SEVERAL_ALIASES;
        }
        Optional<DomainName> target = WireRecords.domainName(first.getTarget());
        return target.isPresent()
                ? new Answer.Alias(target.get(), Duration.ofSeconds(first.getTTL()))
                : new Answer.Failed("answers with an alias that is no domain name");
    }

    @Override
    public boolean hasObsoleteSpfRecord(DomainName existing) {
        Instant end = clock.instant().plus(MAX_TIME);
        return ZoneSearch.apex(messages.resolve(existing, Type.SOA, true, end))
                .map(apex -> zones.zone(apex, end))
                .flatMap(Zone::first)
                .filter(address -> messages.ask(address, existing, Type.SPF, false, end)
                                instanceof Reply.Received(Message message)
                        && message.getSection(Section.ANSWER).stream().anyMatch(data -> data.getType() == Type.SPF))
                .isPresent();
    }

    @Override
    public ZoneSecurity security(DomainName existing) {
        Instant end = clock.instant().plus(MAX_TIME);
        Reply validated = messages.resolve(existing, Type.SOA, false, end);
        if (!(validated instanceof Reply.Received(Message message))) {
            return ZoneSecurity.UNKNOWN;
        }
        if (message.getRcode() == Rcode.SERVFAIL) {
            return messages.resolve(existing, Type.SOA, true, end) instanceof Reply.Received(Message unvalidated)
                            && unvalidated.getRcode() != Rcode.SERVFAIL
                    ? ZoneSecurity.BOGUS
                    : ZoneSecurity.UNKNOWN;
        }
        if (message.getHeader().getFlag(Flags.AD)) {
            return ZoneSecurity.SIGNED;
        }
        Optional<DomainName> apex = ZoneSearch.soa(message).flatMap(soa -> WireRecords.domainName(soa.getName()));
        return apex.isPresent()
                        && messages.resolve(apex.get(), Type.DNSKEY, false, end) instanceof Reply.Received(Message keys)
                        && keys.getRcode() == Rcode.NOERROR
                ? hasKeys(keys) ? ZoneSecurity.SIGNED : ZoneSecurity.UNSIGNED
                : ZoneSecurity.UNKNOWN;
    }

    private static boolean hasKeys(Message message) {
        return message.getSection(Section.ANSWER).stream().anyMatch(data -> data.getType() == Type.DNSKEY);
    }
}
