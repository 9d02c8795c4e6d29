package org.countersign.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningConfiguration;
import org.countersign.config.SigningTableEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningTable;

/** Builds the signing policy from the policy file, its table file and its key files. */
final class SigningPolicyFactory {
    private final SigningConfiguration signing;
    private final Map<KeyEntry, SigningKey> keys;
    private final List<SigningEntry> entries = new ArrayList<>();

    private SigningPolicyFactory(SigningConfiguration signing, Map<KeyEntry, SigningKey> keys) {
        this.signing = signing;
        this.keys = keys;
    }

    /** Every key that a policy names. */
    static List<KeyEntry> keyEntries(Configuration configuration, List<SigningTableFile.Line> lines) {
        List<KeyEntry> entries = new ArrayList<>(configuration.signing().keys());
        lines.forEach(line -> entries.add(line.key()));
        configuration.sealKey().ifPresent(entries::add);
        return entries;
    }

    /**
     * Which key signs which mail. The entries of {@code signing.table} come first, then those of the table file. Then comes
     * each key of {@code signing.keys} for its own domain, and at last those with {@code subdomains} for the domains below.
     *
     * @param lines of the table file and of the templates of {@code signing.keys}
     * @param keys the private key of each of the {@link #keyEntries}
     */
    static SigningPolicy policy(
            Configuration configuration, List<SigningTableFile.Line> lines, Map<KeyEntry, SigningKey> keys) {
        return policy(configuration, lines, keys, keyDomains(configuration.signing(), lines));
    }

    /**
     * The same for a part of the lines.
     *
     * @param keyDomains the number of domains that all lines have keys for
     */
    static SigningPolicy policy(
            Configuration configuration,
            List<SigningTableFile.Line> lines,
            Map<KeyEntry, SigningKey> keys,
            int keyDomains) {
        SigningConfiguration signing = configuration.signing();
        SigningPolicyFactory factory = new SigningPolicyFactory(signing, keys);
        factory.addTable();
        factory.addLines(lines);
        factory.addKeys();
        factory.addSubdomains(lines);
        return new SigningPolicy(
                new SigningTable(factory.entries),
                signing.permissions(keyDomains),
                signing.notAllowed(),
                signing.noActiveKey(),
                configuration.mode());
    }

    /** The number of domains that have keys. */
    static int keyDomains(SigningConfiguration signing, List<SigningTableFile.Line> lines) {
        Set<DomainName> domains = new HashSet<>();
        signing.keys().forEach(key -> domains.add(key.domain()));
        lines.forEach(line -> domains.add(line.key().domain()));
        return domains.size();
    }

    /**
     * The key that seals mail with ARC; empty for none.
     *
     * @param keys the private key of each of the {@link #keyEntries}
     */
    static Optional<ScheduledKey> sealKey(Configuration configuration, Map<KeyEntry, SigningKey> keys) {
        return configuration.sealKey().map(entry -> scheduled(entry, keys));
    }

    private void addTable() {
        for (SigningTableEntry entry : signing.table()) {
            entries.add(new SigningEntry(
                    entry.location().toString(),
                    entry.authors(),
                    entry.mailFrom(),
                    entry.users(),
                    entry.recipients(),
                    entry.keys().stream().map(this::scheduled).toList(),
                    entry.settings().profile(),
                    entry.settings().auid()));
        }
    }

    private void addLines(List<SigningTableFile.Line> lines) {
        Map<AddressPattern, List<SigningTableFile.Line>> byAuthor = new LinkedHashMap<>();
        for (SigningTableFile.Line line : lines) {
            byAuthor.computeIfAbsent(line.author(), unused -> new ArrayList<>(1))
                    .add(line);
        }
        byAuthor.forEach((author, same) -> entries.add(entry(
                same.get(0).location().toString(),
                author,
                same.stream().map(line -> scheduled(line.key())).toList())));
    }

    private void addKeys() {
        Map<DomainName, List<ScheduledKey>> byDomain = new LinkedHashMap<>();
        for (KeyEntry key : signing.keys()) {
            byDomain.computeIfAbsent(key.domain(), unused -> new ArrayList<>(1)).add(scheduled(key));
        }
        byDomain.forEach((domain, same) ->
                entries.add(entry("signing.keys for " + domain, new AddressPattern.Domain(domain), same)));
    }

    /** The most specific domains first, so that a key for {@code a.example.org} goes before one for {@code example.org}. */
    private void addSubdomains(List<SigningTableFile.Line> lines) {
        Map<DomainName, List<ScheduledKey>> byDomain = new LinkedHashMap<>();
        Stream.concat(signing.keys().stream(), lines.stream().map(SigningTableFile.Line::key))
                .filter(KeyEntry::subdomains)
                .forEach(key -> byDomain.computeIfAbsent(key.domain(), unused -> new ArrayList<>(1))
                        .add(scheduled(key)));
        byDomain.entrySet().stream()
                .sorted(Comparator.comparingInt(each -> -each.getKey().labelCount()))
                .forEach(each -> entries.add(entry(
                        "signing.keys below " + each.getKey(),
                        new AddressPattern.Below(each.getKey()),
                        each.getValue())));
    }

    private SigningEntry entry(String name, AddressPattern author, List<ScheduledKey> same) {
        return new SigningEntry(
                name,
                List.of(author),
                List.of(),
                List.of(),
                List.of(),
                same,
                signing.settings().profile(),
                signing.settings().auid());
    }

    private ScheduledKey scheduled(KeyEntry entry) {
        return scheduled(entry, keys);
    }

    private static ScheduledKey scheduled(KeyEntry entry, Map<KeyEntry, SigningKey> keys) {
        SigningKey key = Objects.requireNonNull(keys.get(entry), "a key was not read");
        return new ScheduledKey(
                new SigningIdentity(entry.domain(), entry.selector(), key, Optional.empty()), entry.validity());
    }
}
