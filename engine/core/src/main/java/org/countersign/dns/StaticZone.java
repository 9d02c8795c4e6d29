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
 * A DNS with a fixed set of records, for the demonstration, for policy examples and for replaying the lookups of a
 * message. It answers as an authoritative server of the whole tree would. A name exists if it has a record, or if a name
 * below it has one (an empty non-terminal, RFC 8020). Aliases are followed.
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
        builder.records.keySet().forEach(query -> addWithAncestors(names, query.name()));
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

    /** The target of the CNAME record of this name; empty without such a record. */
    public Optional<DomainName> aliasOf(DomainName name) {
        return Optional.ofNullable(aliases.get(name));
    }

    // The builder stores a record only under a query of its type.
    @SuppressWarnings("unchecked")
    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
        DomainName name = query.name();
        Set<DomainName> followed = aliases.containsKey(name) ? new LinkedHashSet<>() : Set.of();
        while (aliases.containsKey(name)) {
            name = aliases.get(name);
            if (!followed.add(name) || followed.size() > MAX_ALIASES) {
                return new DnsAnswer.BadAnswer<>("alias loop at " + name, ANSWERED);
            }
        }
        AnswerMetadata metadata = new AnswerMetadata(ANSWERED.ttl(), List.copyOf(followed), false);
        DnsQuery<R> target = new DnsQuery<>(name, query.type());
        DnsAnswer.Failure failure = failures.get(target);
        if (failure != null) {
            return new DnsAnswer.Unavailable<>(failure, AnswerMetadata.NONE);
        }
        List<DnsRecord> found = records.get(target);
        if (found != null) {
            return new DnsAnswer.Found<>((List<R>) found, metadata);
        }
        return existing.contains(name) ? new DnsAnswer.NoData<>(metadata) : new DnsAnswer.NoSuchName<>(metadata);
    }

    /** Collects the records. Not thread-safe. */
    public static final class Builder {
        private final Map<DnsQuery<?>, List<DnsRecord>> records = new HashMap<>();
        private final Map<DomainName, DomainName> aliases = new HashMap<>();
        private final Map<DnsQuery<?>, DnsAnswer.Failure> failures = new HashMap<>();
        private final Set<DomainName> empty = new HashSet<>();

        private Builder() {}

        /** A TXT record; text longer than 255 octets is split into several strings. */
        public Builder txt(String name, String text) {
            Octets octets = Octets.utf8(text);
            List<Octets> strings = new ArrayList<>();
            for (int from = 0; from < octets.length() || from == 0; from += 255) {
                strings.add(octets.slice(from, Math.min(from + 255, octets.length())));
            }
            return txt(name, strings);
        }

        /** A TXT record with these strings. */
        public Builder txt(String name, List<Octets> strings) {
            return add(DnsQuery.txt(owner(name)), new DnsRecord.Text(strings));
        }

        /** An A or AAAA record, depending on the address. */
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

        /** The MX record of a domain that accepts no mail (RFC 7505): it exists, but names no host. */
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

        /** Makes one query fail, as a broken server would. */
        public Builder failure(String name, RecordType type, DnsAnswer.Failure failure) {
            failures.put(new DnsQuery<>(owner(name), type), failure);
            return this;
        }

        // The owner of a record may be any name that can be queried.
        private static DomainName owner(String name) {
            return DomainName.parse(name)
                    .or(() -> DomainName.parseQueryName(name))
                    .orElseThrow(() -> new IllegalArgumentException("not a domain name: " + name));
        }

        private Builder add(DnsQuery<?> query, DnsRecord data) {
            records.computeIfAbsent(query, unused -> new ArrayList<>()).add(data);
            return this;
        }

        public StaticZone build() {
            return new StaticZone(this);
        }
    }
}
