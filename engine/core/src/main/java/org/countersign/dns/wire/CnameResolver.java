package org.countersign.dns.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * Resolves one query along its CNAME records, which may be in one message or in several. For one lookup on one thread.
 *
 * @param <R> the type of the records
 */
final class CnameResolver<R extends DnsRecord> {
    private static final int MAX_ALIASES = 8;
    // Ten times the size of the largest record sets in use. No record of SPF, DKIM or DMARC needs as much.
    private static final int MAX_WEIGHT = 32 * 1024;
    // RFC 2181 §8: a TTL with the most significant bit set counts as zero.
    private static final long MAX_TTL = Integer.MAX_VALUE;

    private final DnsQuery<R> query;
    private final boolean trustAuthenticData;
    private final int type;
    private final SequencedSet<DomainName> aliases = new LinkedHashSet<>();
    private DomainName name;
    private Name wireName;
    private long ttl = MAX_TTL;
    private boolean authentic;

    CnameResolver(DnsQuery<R> query, boolean trustAuthenticData) {
        this.query = query;
        this.trustAuthenticData = trustAuthenticData;
        this.type = WireRecords.type(query.type());
        this.name = query.name();
        this.wireName = WireRecords.name(name);
        this.authentic = trustAuthenticData;
    }

    /** A message that queries the current name, with a new random id. */
    Message message() {
        Message message = Message.newQuery(Record.newRecord(wireName, type, DClass.IN));
        if (trustAuthenticData) {
            // RFC 6840 §5.7: AD in a query says that the client understands AD in the answer.
            message.getHeader().setFlag(Flags.AD);
        }
        return message;
    }

    /** The answer in a message; empty if the message ends at an alias, whose target must be queried next. */
    Optional<DnsAnswer<R>> read(Message message) {
        authentic &= message.getHeader().getFlag(Flags.AD);
        List<Record> answer = message.getSection(Section.ANSWER);
        boolean nameExists = message.getRcode() == Rcode.NOERROR;
        boolean followed = false;
        while (true) {
            if (nameExists && has(answer)) {
                return Optional.of(found(answer));
            }
            List<CNAMERecord> found = aliases(answer);
            if (found.isEmpty()) {
                break;
            }
            Optional<DnsAnswer<R>> end = follow(found);
            if (end.isPresent()) {
                return end;
            }
            followed = true;
        }
        // Otherwise such a reply would say that a domain publishes nothing.
        if (nameExists && !followed && !answer.isEmpty() && answer.stream().noneMatch(this::belongsToName)) {
            return bad("the answer section has no record of " + name);
        }
        Optional<SOARecord> authority = authority(message);
        if (nameExists && followed && authority.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(none(nameExists, authority));
    }

    private boolean belongsToName(Record data) {
        return data.getDClass() == DClass.IN && data.getName().equals(wireName);
    }

    private boolean has(List<Record> answer) {
        for (Record data : answer) {
            if (data.getType() == type && belongsToName(data)) {
                return true;
            }
        }
        return false;
    }

    // The records have the type of the query, which determines the type parameter.
    @SuppressWarnings("unchecked")
    private DnsAnswer<R> found(List<Record> answer) {
        List<R> records = new ArrayList<>();
        int weight = 0;
        for (Record data : answer) {
            if (data.getType() == type && belongsToName(data)) {
                limitTtl(data.getTTL());
                Optional<DnsRecord> known = WireRecords.data(data);
                if (known.isPresent()) {
                    weight += known.get().weight();
                    if (weight > MAX_WEIGHT) {
                        return new DnsAnswer.BadAnswer<>(
                                "the records of " + name + " are too large: more than " + MAX_WEIGHT / 1024
                                        + " KiB in memory",
                                metadata());
                    }
                    records.add((R) known.get());
                }
            }
        }
        return new DnsAnswer.Found<>(records, metadata());
    }

    /** The aliases of the current name, of which a zone may have one (RFC 1034 §3.6.2). */
    private List<CNAMERecord> aliases(List<Record> answer) {
        List<CNAMERecord> found = new ArrayList<>();
        for (Record data : answer) {
            if (data instanceof CNAMERecord alias && belongsToName(data)) {
                found.add(alias);
            }
        }
        return found;
    }

    /** Continues at the target of an alias; an error if that is not possible. */
    private Optional<DnsAnswer<R>> follow(List<CNAMERecord> found) {
        CNAMERecord alias = found.getFirst();
        found.forEach(each -> limitTtl(each.getTTL()));
        // The first one is another one in the next answer. A record that is repeated as a whole is one record.
        if (found.stream().anyMatch(each -> !each.getTarget().equals(alias.getTarget()))) {
            return bad(name + " has several aliases (CNAME)");
        }
        Optional<DomainName> target = WireRecords.domainName(alias.getTarget());
        if (target.isEmpty()) {
            return bad("alias of " + name + " is no domain name");
        }
        if (target.get().equals(query.name()) || aliases.contains(target.get())) {
            return bad("alias loop at " + target.get());
        }
        if (aliases.size() == MAX_ALIASES) {
            return bad("more than " + MAX_ALIASES + " aliases");
        }
        aliases.add(target.get());
        name = target.get();
        wireName = alias.getTarget();
        return Optional.empty();
    }

    private Optional<DnsAnswer<R>> bad(String problem) {
        return Optional.of(new DnsAnswer.BadAnswer<>(problem, metadata()));
    }

    // RFC 6604 §3: the response code is that of the last name in the chain.
    private DnsAnswer<R> none(boolean nameExists, Optional<SOARecord> authority) {
        // RFC 2308 §5: the TTL is the minimum of the SOA's TTL and its MINIMUM field; without an SOA it is zero.
        limitTtl(authority.map(soa -> Math.min(soa.getTTL(), soa.getMinimum())).orElse(0L));
        return nameExists ? new DnsAnswer.NoData<>(metadata()) : new DnsAnswer.NoSuchName<>(metadata());
    }

    private Optional<SOARecord> authority(Message message) {
        for (Record data : message.getSection(Section.AUTHORITY)) {
            if (data instanceof SOARecord soa && wireName.subdomain(soa.getName())) {
                return Optional.of(soa);
            }
        }
        return Optional.empty();
    }

    private void limitTtl(long seconds) {
        ttl = Math.min(ttl, seconds > MAX_TTL ? 0 : seconds);
    }

    private AnswerMetadata metadata() {
        return new AnswerMetadata(Duration.ofSeconds(ttl), List.copyOf(aliases), authentic);
    }
}
