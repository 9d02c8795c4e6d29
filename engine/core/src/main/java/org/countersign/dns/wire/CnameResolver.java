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
 * One question on its way along CNAME records, through one message or through several. Lives for one
 * look-up on one thread.
 *
 * @param <R> the kind of record asked for
 */
final class CnameResolver<R extends DnsRecord> {
    private static final int MAX_ALIASES = 8;
    // Ten times what the names with the most records have. No record of SPF, DKIM or DMARC needs as much.
    private static final int MAX_WEIGHT = 32 * 1024;
    // RFC 2181 §8: a TTL with the most significant bit set is to be taken as zero.
    private static final long MAX_TTL = Integer.MAX_VALUE;

    private final DnsQuery<R> question;
    private final boolean trustAuthenticData;
    private final int type;
    private final SequencedSet<DomainName> aliases = new LinkedHashSet<>();
    private DomainName name;
    private Name wireName;
    private long ttl = MAX_TTL;
    private boolean authentic;

    CnameResolver(DnsQuery<R> question, boolean trustAuthenticData) {
        this.question = question;
        this.trustAuthenticData = trustAuthenticData;
        this.type = WireRecords.type(question.type());
        this.name = question.name();
        this.wireName = WireRecords.name(name);
        this.authentic = trustAuthenticData;
    }

    /** A query for where the chase stands, under a new random id. */
    Message query() {
        Message query = Message.newQuery(Record.newRecord(wireName, type, DClass.IN));
        if (trustAuthenticData) {
            // RFC 6840 §5.7: to set it in a query says that the answer's is understood.
            query.getHeader().setFlag(Flags.AD);
        }
        return query;
    }

    /** What the message says in the end; empty where it leads to a name that is to be asked for next. */
    Optional<DnsAnswer<R>> read(Message message) {
        authentic &= message.getHeader().getFlag(Flags.AD);
        List<Record> answer = message.getSection(Section.ANSWER);
        boolean nameExists = message.getRcode() == Rcode.NOERROR;
        boolean moved = false;
        while (true) {
            if (nameExists && has(answer)) {
                return Optional.of(found(answer));
            }
            Optional<CNAMERecord> alias = alias(answer);
            if (alias.isEmpty()) {
                break;
            }
            Optional<DnsAnswer<R>> end = follow(alias.get());
            if (end.isPresent()) {
                return end;
            }
            moved = true;
        }
        Optional<SOARecord> authority = authority(message);
        if (nameExists && moved && authority.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(none(nameExists, authority));
    }

    private boolean isHere(Record data) {
        return data.getDClass() == DClass.IN && data.getName().equals(wireName);
    }

    private boolean has(List<Record> answer) {
        return answer.stream().anyMatch(data -> data.getType() == type && isHere(data));
    }

    // The records are of the type asked for, which fixes what they turn into.
    @SuppressWarnings("unchecked")
    private DnsAnswer<R> found(List<Record> answer) {
        List<R> records = new ArrayList<>();
        int weight = 0;
        for (Record data : answer) {
            if (data.getType() == type && isHere(data)) {
                limitTtl(data.getTTL());
                Optional<DnsRecord> known = WireRecords.data(data);
                if (known.isPresent()) {
                    weight += known.get().weight();
                    if (weight > MAX_WEIGHT) {
                        return new DnsAnswer.BadAnswer<>(
                                "the records of " + name + " are too large: more than " + MAX_WEIGHT / 1024
                                        + " KiB in memory",
                                facts());
                    }
                    records.add((R) known.get());
                }
            }
        }
        return new DnsAnswer.Found<>(records, facts());
    }

    private Optional<CNAMERecord> alias(List<Record> answer) {
        for (Record data : answer) {
            if (data instanceof CNAMERecord alias && isHere(data)) {
                return Optional.of(alias);
            }
        }
        return Optional.empty();
    }

    /** Moves to the alias's target; a value where that is the end of it. */
    private Optional<DnsAnswer<R>> follow(CNAMERecord alias) {
        limitTtl(alias.getTTL());
        Optional<DomainName> target = WireRecords.domainName(alias.getTarget());
        if (target.isEmpty()) {
            return bad("alias of " + name + " is no domain name");
        }
        if (target.get().equals(question.name()) || aliases.contains(target.get())) {
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
        return Optional.of(new DnsAnswer.BadAnswer<>(problem, facts()));
    }

    // RFC 6604 §3: the response code is that of the last name in the chain.
    private DnsAnswer<R> none(boolean nameExists, Optional<SOARecord> authority) {
        // RFC 2308 §5: holds for the SOA's TTL or its last field, whichever is less; not at all without.
        limitTtl(authority.map(soa -> Math.min(soa.getTTL(), soa.getMinimum())).orElse(0L));
        return nameExists ? new DnsAnswer.NoData<>(facts()) : new DnsAnswer.NoSuchName<>(facts());
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

    private AnswerMetadata facts() {
        return new AnswerMetadata(Duration.ofSeconds(ttl), List.copyOf(aliases), authentic);
    }
}
