package org.countersign.dns.authoritative;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.DnsMessages.Reply;
import org.countersign.dns.wire.WireRecords;
import org.countersign.domain.DomainName;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Finds the zone of a name with its servers and their addresses: first by a resolver, and then by referrals of the servers. */
final class ZoneSearch {
    // A zone of a careful operator has up to eight servers with two addresses each.
    private static final int MAX_ADDRESSES = 26;
    // More names of servers do not fit into a datagram.
    private static final int MAX_SERVERS = 13;
    private static final int MAX_REFERRALS = 8;

    private final DnsMessages messages;
    private final DnsClient addresses;
    private final InstantSource clock;
    private final Duration timeout;

    /**
     * @param messages asks the resolver, and the servers
     * @param addresses gives the addresses of servers
     * @param timeout for one lookup of addresses
     */
    ZoneSearch(DnsMessages messages, DnsClient addresses, InstantSource clock, Duration timeout) {
        this.messages = messages;
        this.addresses = addresses;
        this.clock = clock;
        this.timeout = timeout;
    }

    /** A zone with the addresses of its servers. */
    record Zone(DomainName apex, Map<DomainName, List<InetAddress>> servers) {
        Optional<InetAddress> first() {
            return servers.values().stream().flatMap(List::stream).findFirst();
        }
    }

    /**
     * The zone that has a name: that of the SOA record in the answer, or in its authority section. A zone whose signatures
     * are wrong has servers, too.
     */
    static Optional<DomainName> apex(Reply reply) {
        return reply instanceof Reply.Received(Message message)
                ? soa(message).flatMap(soa -> WireRecords.domainName(soa.getName()))
                : Optional.empty();
    }

    /** The first SOA record of the answer, or else of the authority section. */
    static Optional<SOARecord> soa(Message message) {
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
            for (Record data : message.getSection(section)) {
                if (data instanceof SOARecord soa) {
                    return Optional.of(soa);
                }
            }
        }
        return Optional.empty();
    }

    /** The zone with this name, as the resolver knows it. */
    Zone zone(DomainName apex, Instant end) {
        Map<DomainName, List<InetAddress>> found = new LinkedHashMap<>();
        if (messages.resolve(apex, Type.NS, true, end) instanceof Reply.Received(Message message)) {
            addServers(message, Section.ANSWER, WireRecords.name(apex), found, end);
        }
        return new Zone(apex, found);
    }

    private void addServers(
            Message message, int section, Name owner, Map<DomainName, List<InetAddress>> found, Instant end) {
        int left = MAX_ADDRESSES;
        for (Record data : message.getSection(section).stream()
                .sorted(Comparator.comparing(Record::rdataToString))
                .toList()) {
            if (data instanceof NSRecord ns && data.getName().equals(owner)) {
                Optional<DomainName> server = WireRecords.domainName(ns.getTarget());
                if (server.isPresent() && left > 0 && found.size() < MAX_SERVERS) {
                    List<InetAddress> of = addresses(server.get(), message, end).stream()
                            .limit(left)
                            .toList();
                    left -= of.size();
                    found.put(server.get(), of);
                }
            }
        }
    }

    /** From the resolver, and from the message where the resolver knows none. */
    private List<InetAddress> addresses(DomainName server, Message message, Instant end) {
        Set<InetAddress> found = new LinkedHashSet<>();
        found.addAll(lookup(DnsQuery.a(server), end));
        found.addAll(lookup(DnsQuery.aaaa(server), end));
        if (found.isEmpty()) {
            Name name = WireRecords.name(server);
            message.getSection(Section.ADDITIONAL).stream()
                    .filter(data -> data.getName().equals(name))
                    .flatMap(data -> WireRecords.data(data).stream())
                    .forEach(data -> {
                        if (data instanceof DnsRecord.Address(InetAddress address)) {
                            found.add(address);
                        }
                    });
        }
        return List.copyOf(found);
    }

    private List<InetAddress> lookup(DnsQuery<DnsRecord.Address> query, Instant end) {
        Instant own = clock.instant().plus(timeout);
        return addresses.lookup(query, own.isBefore(end) ? own : end)
                        instanceof DnsAnswer.Found<DnsRecord.Address>(var records, var metadata)
                ? records.stream().map(DnsRecord.Address::address).toList()
                : List.of();
    }

    /** The zone of a name at or below another zone, where the servers of that one refer to others. */
    Zone below(Zone known, DomainName name, RecordType type, Instant end) {
        Zone zone = known;
        for (int referrals = 0; referrals < MAX_REFERRALS; referrals++) {
            Optional<Zone> below = referral(zone, name, type, end);
            if (below.isEmpty()) {
                break;
            }
            zone = below.get();
        }
        return zone;
    }

    /** The zone below, if the servers of this one refer to it. */
    private Optional<Zone> referral(Zone zone, DomainName name, RecordType type, Instant end) {
        for (List<InetAddress> of : zone.servers().values()) {
            for (InetAddress address : of) {
                if (messages.ask(address, name, WireRecords.type(type), false, end)
                        instanceof Reply.Received(Message message)) {
                    return cut(zone, name, message, end);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Zone> cut(Zone zone, DomainName name, Message message, Instant end) {
        if (message.getHeader().getFlag(Flags.AA)
                || !message.getSection(Section.ANSWER).isEmpty()) {
            return Optional.empty();
        }
        for (Record data : message.getSection(Section.AUTHORITY)) {
            Optional<DomainName> cut =
                    data instanceof NSRecord ? WireRecords.domainName(data.getName()) : Optional.empty();
            if (cut.isPresent()
                    && name.isWithin(cut.get())
                    && cut.get().isWithin(zone.apex())
                    && !cut.get().equals(zone.apex())) {
                Map<DomainName, List<InetAddress>> servers = new LinkedHashMap<>();
                addServers(message, Section.AUTHORITY, data.getName(), servers, end);
                return Optional.of(new Zone(cut.get(), servers));
            }
        }
        return Optional.empty();
    }
}
