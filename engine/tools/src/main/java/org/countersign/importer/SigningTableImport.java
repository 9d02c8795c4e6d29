package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/**
 * Turns a SigningTable of OpenDKIM into our entries, which keep its order of lookup exactly: any two of our patterns are
 * disjoint, or one covers the other.
 */
final class SigningTableImport {
    private final DataSet table;
    private final KeyTable keys;
    private final Findings findings;
    private final boolean multiple;
    private final boolean asMeant;
    private final Set<DomainName> domains = new TreeSet<>();
    private final List<Rule> rules = new ArrayList<>();
    private final Map<AddressPattern, Rule> first = new LinkedHashMap<>();

    /**
     * What one line says about one pattern.
     *
     * @param key empty for a line that leaves mail unsigned
     */
    private record Rule(AddressPattern author, Optional<DraftKey> key, Optional<String> auid) {}

    /**
     * @param multiple whether every line that matches signs
     * @param asMeant whether lines count that never matched but whose meaning is plain
     */
    SigningTableImport(DataSet table, KeyTable keys, Findings findings, boolean multiple, boolean asMeant) {
        this.table = table;
        this.keys = keys;
        this.findings = findings;
        this.multiple = multiple;
        this.asMeant = asMeant;
    }

    private boolean isPattern() {
        return table.kind() == DataSet.Kind.PATTERNS;
    }

    /** The entries, the narrowest patterns first. */
    List<DraftEntry> entries() throws FileFailure {
        Map<DataSet.Entry, TablePattern> patterns = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (DataSet.Entry entry : table.entries()) {
            if (!isPattern() && !seen.add(Ascii.lower(entry.key()))) {
                dead(entry, "An earlier line has the same key, and that one counts.");
            } else if (entry.value().isEmpty()) {
                findings.add(
                        FindingClass.DANGER,
                        entry.origin(),
                        entry.key(),
                        isPattern()
                                ? "The line has no key. OpenDKIM crashed on the first mail that matches it. It is left out."
                                : "The line has no key. OpenDKIM deferred mail that matches it. It is left out.");
            } else {
                TablePattern pattern =
                        isPattern() ? TablePattern.ofPatterns(entry.key()) : TablePattern.ofPlain(entry.key());
                patterns.put(entry, pattern);
                TablePattern.addDomains(pattern, domains);
            }
        }
        for (Map.Entry<DataSet.Entry, TablePattern> each : patterns.entrySet()) {
            read(each.getKey(), each.getValue());
        }
        return multiple ? allThatMatch() : firstThatMatches();
    }

    private void read(DataSet.Entry entry, TablePattern pattern) throws FileFailure {
        switch (pattern) {
            case TablePattern.Said(List<AddressPattern> authors, String remark) -> {
                if (!remark.isEmpty()) {
                    findings.add(FindingClass.CHANGED, entry.origin(), entry.key(), remark);
                }
                add(entry, authors);
            }
            case TablePattern.LocalPart someone -> {
                // A plain table is asked for the domain first, so such a key counts only where the domain has no entry.
                List<AddressPattern> authors = new ArrayList<>();
                if (isPattern() || multiple) {
                    domains.forEach(domain -> someone.at(domain).ifPresent(authors::add));
                }
                findings.add(
                        FindingClass.LOST,
                        entry.origin(),
                        entry.key(),
                        "One local part at any domain cannot be said."
                                + (authors.isEmpty()
                                        ? " Write a line for each address."
                                        : " It is done for the domains of this table, and for no others."));
                add(entry, authors);
            }
            case TablePattern.PartOfAddress part -> {
                findings.add(
                        FindingClass.LOST,
                        entry.origin(),
                        entry.key(),
                        "Patterns for parts of addresses cannot be said. Write a line for each address or domain.");
                keys.markNamed(nameOf(entry));
            }
            case TablePattern.Nothing(String why, List<AddressPattern> meant) -> {
                if (asMeant && !meant.isEmpty()) {
                    findings.add(
                            FindingClass.CHANGED,
                            entry.origin(),
                            entry.key(),
                            "It matched nothing: " + why + ". By --as-meant it counts now, as " + meant.getFirst()
                                    + ".");
                    add(entry, meant);
                } else {
                    dead(
                            entry,
                            "It matches nothing: " + why + "."
                                    + (meant.isEmpty() ? "" : " " + asOldPattern(meant.getFirst()) + " was meant."));
                }
            }
        }
    }

    private String asOldPattern(AddressPattern pattern) {
        return switch (pattern) {
            case AddressPattern.Domain domain -> isPattern() ? "*@" + domain : domain.toString();
            case AddressPattern.Below(DomainName name) -> isPattern() ? "*@*." + name : "." + name;
            default -> pattern.toString();
        };
    }

    /** The name of the key of a line. */
    private static String nameOf(DataSet.Entry entry) {
        int colon = entry.value().indexOf(':');
        return colon < 0 ? entry.value() : entry.value().substring(0, colon);
    }

    private void dead(DataSet.Entry entry, String why) {
        findings.add(FindingClass.DEAD, entry.origin(), entry.key(), why);
    }

    private void add(DataSet.Entry entry, List<AddressPattern> authors) throws FileFailure {
        String value = entry.value();
        int colon = value.indexOf(':');
        String name = nameOf(entry);
        String signer = colon < 0 ? "" : value.substring(colon + 1).strip();
        if (name.indexOf(' ') >= 0 || name.indexOf('\t') >= 0 || name.indexOf(',') >= 0) {
            findings.add(
                    FindingClass.DANGER,
                    entry.origin(),
                    entry.key(),
                    "A line can name one key only. OpenDKIM deferred mail that matches this one; it is left out. For several"
                            + " signatures write an item of signing.table with several keys.");
            return;
        }
        if (!signer.isEmpty() && signer.indexOf('@') < 0) {
            findings.add(
                    FindingClass.DEAD,
                    entry.origin(),
                    entry.key(),
                    "After the colon stands no address, and then OpenDKIM does not sign. Such mail stays unsigned.");
            authors.forEach(author -> put(new Rule(author, Optional.empty(), Optional.empty())));
            return;
        }
        boolean covered = !authors.isEmpty();
        for (AddressPattern author : authors) {
            Optional<Rule> before = multiple ? Optional.empty() : coveredBy(author);
            covered &= before.isPresent();
            if (before.isEmpty()) {
                List<KeyTable.Signer> signers = keys.signers(author, name, entry.origin(), domains);
                for (KeyTable.Signer found : signers) {
                    put(new Rule(found.author(), Optional.of(found.key()), auid(entry, signer, found)));
                }
                // A wider line does not take over what this one has no key for.
                if (!multiple
                        && signers.stream().noneMatch(found -> found.author().equals(author))) {
                    put(new Rule(author, Optional.empty(), Optional.empty()));
                }
            }
        }
        if (covered) {
            dead(entry, "An earlier line matches all of this, and the first line that matches counts.");
        }
    }

    /** The rule of an earlier line that matches everything that a pattern matches. */
    private Optional<Rule> coveredBy(AddressPattern author) {
        if (!isPattern()) {
            return Optional.empty();
        }
        return EntryOrder.covering(author).stream()
                .flatMap(wider -> Optional.ofNullable(first.get(wider)).stream())
                .findFirst();
    }

    private void put(Rule rule) {
        if (multiple || coveredBy(rule.author()).isEmpty()) {
            rules.add(rule);
            first.putIfAbsent(rule.author(), rule);
        }
    }

    /** What i= is to be; empty where leaving it out means the same. */
    private Optional<String> auid(DataSet.Entry entry, String signer, KeyTable.Signer found) {
        if (signer.isEmpty()) {
            return Optional.empty();
        }
        String after = signer.substring(signer.lastIndexOf('@') + 1);
        DomainName keyDomain = found.key().domain();
        if (signer.startsWith("@") && after.equalsIgnoreCase(keyDomain.toString())) {
            findings.addOnce(
                    FindingClass.DEFAULT, entry.origin(), entry.key(), "i= is that anyway when it is left out.");
            return Optional.empty();
        }
        if (!signer.startsWith("@")) {
            findings.addOnce(
                    FindingClass.CHANGED,
                    entry.origin(),
                    entry.key(),
                    "i= was one fixed address. It is left out; auid: author would write the author's.");
            return Optional.empty();
        }
        Optional<DomainName> named = after.equals("%")
                ? found.author() instanceof AddressPattern.Domain(DomainName name)
                        ? Optional.of(name)
                        : Optional.empty()
                : ValueType.DOMAIN_NAME.parse(after);
        if (named.filter(name -> name.equals(keyDomain)).isPresent()) {
            return Optional.empty();
        }
        if (named.filter(name -> name.isWithin(keyDomain)).isPresent()) {
            return named.map(name -> "@" + name);
        }
        findings.addOnce(
                FindingClass.CHANGED,
                entry.origin(),
                entry.key(),
                after.equals("%")
                        ? "i= was the author's domain. It is left out here; auid: author would write the whole address."
                        : "i= was a domain that is not below d=, which OpenDKIM dropped as well.");
        return Optional.empty();
    }

    private List<DraftEntry> firstThatMatches() {
        List<DraftEntry> entries = new ArrayList<>();
        for (Rule rule : rules) {
            entries.add(DraftEntry.ofAuthors(
                    List.of(rule.author()), rule.key().stream().toList(), rule.auid()));
        }
        return EntryOrder.narrowestFirst(entries);
    }

    /** An entry for each pattern, with the keys of every rule whose pattern covers it. */
    private List<DraftEntry> allThatMatch() {
        Map<AddressPattern, List<Rule>> byAuthor = new LinkedHashMap<>();
        rules.forEach(rule -> byAuthor.computeIfAbsent(rule.author(), unused -> new ArrayList<>(1))
                .add(rule));
        Map<AddressPattern, DraftEntry> entries = new LinkedHashMap<>();
        int most = 0;
        for (AddressPattern author : first.keySet()) {
            Set<DraftKey> all = new LinkedHashSet<>();
            Optional<String> auid = Optional.empty();
            for (AddressPattern wider : EntryOrder.covering(author)) {
                for (Rule rule : byAuthor.getOrDefault(wider, List.of())) {
                    rule.key().ifPresent(all::add);
                    auid = auid.or(rule::auid);
                }
            }
            most = Math.max(most, all.size());
            entries.put(author, DraftEntry.ofAuthors(List.of(author), List.copyOf(all), auid));
        }
        if (most > 2) {
            findings.add(
                    FindingClass.CHANGED,
                    Origin.NOWHERE,
                    "MultipleSignatures",
                    "Some mail matches " + most
                            + " lines. In Debian's build of OpenDKIM only the first and the last of three or"
                            + " more sign; here all do.");
        }
        return EntryOrder.narrowestFirst(List.copyOf(entries.values()));
    }
}
