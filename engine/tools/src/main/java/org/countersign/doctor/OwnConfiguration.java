package org.countersign.doctor;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.signing.AuidChoice;

/**
 * The own configuration, to compare with what the DNS has.
 *
 * @param configuration of the policy file
 * @param table the lines of its table file
 * @param entries every key that the files name
 * @param keys the private keys that could be read
 * @param problems a line for each thing that keeps the program from starting
 * @param resolvers that the program uses
 */
public record OwnConfiguration(
        Configuration configuration,
        List<SigningTableFile.Line> table,
        List<KeyEntry> entries,
        Map<KeyEntry, SigningKey> keys,
        List<String> problems,
        List<InetSocketAddress> resolvers) {
    public OwnConfiguration {
        table = List.copyOf(table);
        entries = List.copyOf(entries);
        keys = Map.copyOf(keys);
        problems = List.copyOf(problems);
        resolvers = List.copyOf(resolvers);
    }

    /**
     * What signs the mail of some authors.
     *
     * @param keys none for mail that is not to be signed
     * @param location where the files say so
     */
    record Use(AddressPattern authors, List<KeyEntry> keys, AuidChoice auid, String location) {}

    /** Every domain that has a key. */
    public Set<DomainName> domains() {
        Set<DomainName> domains = new LinkedHashSet<>();
        entries.forEach(entry -> domains.add(entry.domain()));
        return domains;
    }

    /** The keys of a signing domain. */
    List<KeyEntry> entries(DomainName domain) {
        return entries.stream().filter(entry -> entry.domain().equals(domain)).toList();
    }

    /** The private key of an entry, if it could be read. */
    Optional<SigningKey> key(KeyEntry entry) {
        return Optional.ofNullable(keys.get(entry));
    }

    /** Which authors each entry of the tables signs for. Without a table each key signs for its own domain. */
    List<Use> uses() {
        List<Use> uses = new ArrayList<>();
        for (SigningTableEntry entry : configuration.signing().table()) {
            entry.authors()
                    .forEach(authors -> uses.add(new Use(
                            authors,
                            entry.keys(),
                            entry.settings().auid(),
                            entry.location().toString())));
        }
        AuidChoice auid = configuration.signing().settings().auid();
        for (SigningTableFile.Line line : table) {
            uses.add(new Use(
                    line.author(), List.of(line.key()), auid, line.location().toString()));
        }
        if (uses.isEmpty()) {
            entries.forEach(entry -> uses.add(new Use(
                    new AddressPattern.Domain(entry.domain()),
                    List.of(entry),
                    auid,
                    entry.location().toString())));
        }
        return uses;
    }

    /** The uses of keys that sign for authors of a domain itself. */
    List<Use> uses(DomainName domain) {
        return uses().stream()
                .filter(use -> switch (use.authors()) {
                    case AddressPattern.Any any -> true;
                    case AddressPattern.Domain(DomainName name) -> name.equals(domain);
                    case AddressPattern.Below(DomainName name) -> domain.isWithin(name) && !domain.equals(name);
                    case AddressPattern.Address address -> address.domain().equals(domain);
                })
                .toList();
    }
}
