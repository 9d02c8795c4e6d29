package org.countersign.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningTable;

/** Puts together what a policy file, its table file and its key files say about signing. */
public final class SigningPolicyFactory {
    private final SigningConfiguration signing;
    private final Function<KeyReference, SigningKey> keys;
    private final List<SigningEntry> entries = new ArrayList<>();

    private SigningPolicyFactory(SigningConfiguration signing, Function<KeyReference, SigningKey> keys) {
        this.signing = signing;
        this.keys = keys;
    }

    /** Every key that must be read for this configuration and table. */
    public static List<KeyReference> references(Configuration configuration, List<SigningTableFile.Line> lines) {
        List<KeyReference> references = new ArrayList<>(configuration.signing().keys());
        lines.forEach(line -> references.add(line.key()));
        configuration.arc().seal().ifPresent(references::add);
        return references;
    }

    /**
     * What signs which mail: the entries of {@code signing.table}, then those of the table file, then each key of
     * {@code signing.keys} for its own domain.
     *
     * @param lines of the table file; none where there is none
     * @param keys the private key of each of the {@link #references}
     */
    public static SigningPolicy policy(
            Configuration configuration, List<SigningTableFile.Line> lines, Function<KeyReference, SigningKey> keys) {
        SigningPolicyFactory assembly = new SigningPolicyFactory(configuration.signing(), keys);
        assembly.addTable();
        assembly.addLines(lines);
        assembly.addKeys();
        SigningConfiguration signing = configuration.signing();
        return new SigningPolicy(
                new SigningTable(assembly.entries),
                signing.permissions(keyDomains(signing, lines)),
                signing.notAllowed(),
                signing.noActiveKey(),
                configuration.mode());
    }

    private static int keyDomains(SigningConfiguration signing, List<SigningTableFile.Line> lines) {
        Set<DomainName> domains = new HashSet<>();
        signing.keys().forEach(key -> domains.add(key.domain()));
        lines.forEach(line -> domains.add(line.key().domain()));
        return domains.size();
    }

    /**
     * The key that seals mail with ARC, where there is one.
     *
     * @param keys the private key of each of the {@link #references}
     */
    public static Optional<ScheduledKey> sealKey(Configuration configuration, Function<KeyReference, SigningKey> keys) {
        return configuration.arc().seal().map(reference -> dated(reference, keys));
    }

    private void addTable() {
        for (SigningTableEntry entry : signing.table()) {
            entries.add(new SigningEntry(
                    entry.location().toString(),
                    entry.authors(),
                    entry.mailFrom(),
                    entry.users(),
                    entry.keys().stream().map(this::dated).toList(),
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
                same.stream().map(line -> dated(line.key())).toList())));
    }

    private void addKeys() {
        Map<DomainName, List<ScheduledKey>> byDomain = new LinkedHashMap<>();
        for (KeyReference key : signing.keys()) {
            byDomain.computeIfAbsent(key.domain(), unused -> new ArrayList<>(1)).add(dated(key));
        }
        byDomain.forEach((domain, same) ->
                entries.add(entry("signing.keys for " + domain, new AddressPattern.Domain(domain), same)));
    }

    private SigningEntry entry(String name, AddressPattern author, List<ScheduledKey> same) {
        return new SigningEntry(
                name,
                List.of(author),
                List.of(),
                List.of(),
                same,
                signing.settings().profile(),
                signing.settings().auid());
    }

    private ScheduledKey dated(KeyReference key) {
        return dated(key, keys);
    }

    private static ScheduledKey dated(KeyReference key, Function<KeyReference, SigningKey> keys) {
        return new ScheduledKey(
                new SigningIdentity(key.domain(), key.selector(), keys.apply(key), Optional.empty()), key.dates());
    }
}
