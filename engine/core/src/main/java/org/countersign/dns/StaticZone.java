package org.countersign.dns;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;

/**
 * A DNS of which all records are given beforehand: for the demonstration, for policy examples and for
 * replaying what a message saw. It answers as an honest server of the whole tree would: a name exists
 * when it has a record or stands above a name that has one (an empty non-terminal), aliases are
 * followed, everything else does not exist.
 */
public final class StaticZone implements DnsClient {
    private static final AnswerMetadata ANSWERED = AnswerMetadata.ttl(Duration.ofHours(1));
    private static final int MAX_ALIASES = 8;

    private final Map<DnsQuery<?>, List<DnsRecord>> records;
    private final Map<DomainName, DomainName> aliases;
    private final Map<DnsQuery<?>, DnsAnswer.Failure> failures;
    private final Set<DomainName> existing;

    private StaticZone(Builder builder) {
        this.records = Map.copyOf(builder.records);
        this.aliases = Map.copyOf(builder.aliases);
        this.failures = Map.copyOf(builder.failures);
        Set<DomainName> names = new HashSet<>();
        builder.records.keySet().forEach(question -> addWithAncestors(names, question.name()));
        builder.aliases.keySet().forEach(name -> addWithAncestors(names, name));
        builder.empty.forEach(name -> addWithAncestors(names, name));
        this.existing = Set.copyOf(names);
    }

    private static void addWithAncestors(Set<DomainName> names, DomainName name) {
        Optional<DomainName> next = Optional.of(name);
        while (next.isPresent() && names.add(next.get())) {
            next = next.get().parent();
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The name that the CNAME record of this one names, where it has one. */
    public Optional<DomainName> aliasOf(DomainName name) {
        return Optional.ofNullable(aliases.get(name));
    }

    // A builder files a record only under a question of its own kind.
    @SuppressWarnings("unchecked")
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
        DomainName name = question.name();
        Set<DomainName> followed = aliases.containsKey(name) ? new LinkedHashSet<>() : Set.of();
        while (aliases.containsKey(name)) {
            name = aliases.get(name);
            if (!followed.add(name) || followed.size() > MAX_ALIASES) {
                return new DnsAnswer.BadAnswer<>("alias loop at " + name, ANSWERED);
            }
        }
        AnswerMetadata facts = new AnswerMetadata(ANSWERED.ttl(), List.copyOf(followed), false);
        DnsQuery<R> asked = new DnsQuery<>(name, question.type());
        DnsAnswer.Failure failure = failures.get(asked);
        if (failure != null) {
            return new DnsAnswer.Unavailable<>(failure, AnswerMetadata.NONE);
        }
        List<DnsRecord> found = records.get(asked);
        if (found != null) {
            return new DnsAnswer.Found<>((List<R>) found, facts);
        }
        return existing.contains(name) ? new DnsAnswer.NoData<>(facts) : new DnsAnswer.NoSuchName<>(facts);
    }

    /** Gathers the records; not for several threads. */
    public static final class Builder {
        private final Map<DnsQuery<?>, List<DnsRecord>> records = new HashMap<>();
        private final Map<DomainName, DomainName> aliases = new HashMap<>();
        private final Map<DnsQuery<?>, DnsAnswer.Failure> failures = new HashMap<>();
        private final Set<DomainName> empty = new HashSet<>();

        private Builder() {}

        /** A TXT record; text of more than 255 octets is split into strings as a zone file would. */
        public Builder txt(String name, String text) {
            Octets octets = Octets.utf8(text);
            List<Octets> strings = new ArrayList<>();
            for (int from = 0; from < octets.length() || from == 0; from += 255) {
                strings.add(octets.slice(from, Math.min(from + 255, octets.length())));
            }
            return txt(name, strings);
        }

        /** A TXT record of these strings. */
        public Builder txt(String name, List<Octets> strings) {
            return add(DnsQuery.txt(owner(name)), new DnsRecord.Text(strings));
        }

        /** An A or AAAA record, by the family of the address. */
        public Builder address(String name, String address) {
            InetAddress parsed = IpNetwork.parseAddress(address)
                    .orElseThrow(() -> new IllegalArgumentException("not an IP address: " + address));
            DomainName owner = owner(name);
            return add(
                    parsed.getAddress().length == 4 ? DnsQuery.a(owner) : DnsQuery.aaaa(owner),
                    new DnsRecord.Address(parsed));
        }

        public Builder mx(String name, int preference, String exchange) {
            return add(DnsQuery.mx(owner(name)), new DnsRecord.MailExchange(preference, DomainName.of(exchange)));
        }

        /** The record of a domain that takes no mail (RFC 7505): it is there, but names no host. */
        public Builder nullMx(String name) {
            records.computeIfAbsent(DnsQuery.mx(owner(name)), unused -> new ArrayList<>());
            return this;
        }

        public Builder ptr(String name, String target) {
            return add(DnsQuery.ptr(owner(name)), new DnsRecord.Pointer(DomainName.of(target)));
        }

        public Builder cname(String name, String target) {
            aliases.put(owner(name), DomainName.of(target));
            return this;
        }

        /** A name that exists, with or without records. */
        public Builder exists(String name) {
            empty.add(DomainName.of(name));
            return this;
        }

        /** Makes one question fail, as a broken server would. */
        public Builder failure(String name, RecordType type, DnsAnswer.Failure failure) {
            failures.put(new DnsQuery<>(owner(name), type), failure);
            return this;
        }

        // The owner of a record may be any name that can be asked for.
        private static DomainName owner(String name) {
            return DomainName.parse(name)
                    .or(() -> DomainName.parseQueryName(name))
                    .orElseThrow(() -> new IllegalArgumentException("not a domain name: " + name));
        }

        private Builder add(DnsQuery<?> question, DnsRecord data) {
            records.computeIfAbsent(question, unused -> new ArrayList<>()).add(data);
            return this;
        }

        public StaticZone build() {
            return new StaticZone(this);
        }
    }
}
