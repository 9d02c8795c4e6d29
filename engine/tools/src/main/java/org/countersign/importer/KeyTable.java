package org.countersign.importer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

/** The KeyTable of OpenDKIM: names, each with a domain, a selector and a key. */
final class KeyTable {
    private static final String AUTHOR_DOMAIN = "%";
    private static final int MAX_SAID = 40;

    private final KeySupply supply;
    private final OldFiles files;
    private final Findings findings;
    private final DataSet.Reader reader;
    private final Set<DomainName> knownDomains;
    private final boolean isPattern;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    // A refile can have many thousands of lines, of which hardly any is a pattern.
    private final Map<String, Row> literals = new HashMap<>();
    private final List<Row> wildcards = new ArrayList<>();

    /** A line. */
    private record Row(int number, String name, String domain, String selector, String key, Origin origin) {
        String said() {
            return name.length() > MAX_SAID ? name.substring(0, MAX_SAID) + "..." : name;
        }

        /** Whether its domain is that of the author, as {@code %} says. */
        boolean isOfAuthor() {
            return domain.equals(AUTHOR_DOMAIN);
        }
    }

    /** What signs for a pattern of authors. */
    record Signer(AddressPattern author, DraftKey key) {}

    KeyTable(DataSet table, DataSet.Reader reader, ImportContext context) {
        this.reader = reader;
        this.files = context.files();
        this.supply = context.supply();
        this.findings = context.findings();
        this.knownDomains = context.knownDomains();
        this.isPattern = table.kind() == DataSet.Kind.PATTERNS;
        table.entries().forEach(this::add);
    }

    private void add(DataSet.Entry entry) {
        String value = entry.value();
        int first = value.indexOf(':');
        int second = first < 0 ? -1 : value.indexOf(':', first + 1);
        if (second < 0 || value.indexOf(' ') >= 0 || value.indexOf('\t') >= 0) {
            findings.add(
                    FindingClass.DANGER,
                    entry.origin(),
                    entry.key(),
                    "The line is not NAME DOMAIN:SELECTOR:KEY. OpenDKIM deferred mail that needs it; it is left out.");
            return;
        }
        Row row = new Row(
                rows.size(),
                entry.key(),
                value.substring(0, first).strip(),
                value.substring(first + 1, second).strip(),
                value.substring(second + 1).strip(),
                entry.origin());
        if (rows.putIfAbsent(row.name(), row) != null) {
            findings.add(
                    FindingClass.DEAD,
                    row.origin(),
                    row.said(),
                    "An earlier line has the same name, and that one counts.");
        } else if (row.name().indexOf('*') >= 0) {
            wildcards.add(row);
        } else {
            literals.putIfAbsent(Ascii.lower(row.name()), row);
        }
    }

    /** Whether a line has the name, and a domain, a selector and a key. */
    boolean isComplete(String name) {
        return find(name)
                .filter(row -> !row.domain().isEmpty()
                        && !row.selector().isEmpty()
                        && !row.key().isEmpty())
                .isPresent();
    }

    /** Notes that a line of the SigningTable names a key, although it is not translated. */
    void markNamed(String name) {
        find(name).ifPresent(row -> used.add(row.name()));
    }

    private Optional<Row> find(String name) {
        if (!isPattern) {
            return Optional.ofNullable(rows.get(name));
        }
        Optional<Row> literal = Optional.ofNullable(literals.get(Ascii.lower(name)));
        return wildcards.stream()
                .filter(row -> literal.isEmpty() || row.number() < literal.get().number())
                .filter(row -> WildcardPattern.matches(row.name(), name))
                .findFirst()
                .or(() -> literal);
    }

    /**
     * The keys of a name for the authors of a pattern.
     *
     * @param name as the SigningTable has it; {@code %} is the domain of the author
     * @param tableDomains the domains that the SigningTable names
     * @return one for each domain that could be found; none if there is no key, which is among the findings
     */
    List<Signer> signers(AddressPattern author, String name, Origin origin, Set<DomainName> tableDomains)
            throws FileFailure {
        Optional<DomainName> domain = domainOf(author);
        if (name.equals(AUTHOR_DOMAIN)) {
            if (domain.isPresent()) {
                return signers(author, domain.get().toString(), origin, tableDomains);
            }
            List<Signer> all = new ArrayList<>();
            findings.addOnce(
                    FindingClass.CHANGED,
                    origin,
                    "%",
                    "The key is the line of the KeyTable with the author's domain as its name. Mail of a domain that matches and has"
                            + " no such line was deferred by OpenDKIM; here it goes unsigned.");
            for (String row : List.copyOf(rows.keySet())) {
                Optional<AddressPattern> only = ValueType.DOMAIN_NAME
                        .parse(row)
                        .<AddressPattern>map(AddressPattern.Domain::new)
                        .filter(author::covers);
                if (only.isPresent()) {
                    all.addAll(signers(only.get(), row, origin, tableDomains));
                }
            }
            return all;
        }
        Optional<Row> row = find(name);
        if (row.isEmpty()) {
            findings.addOnce(
                    FindingClass.DANGER,
                    origin,
                    name,
                    "The KeyTable has no such name. OpenDKIM deferred every mail that this line matches; it is left out, so"
                            + " that mail goes unsigned.");
            return List.of();
        }
        used.add(row.get().name());
        return signers(author, row.get(), tableDomains);
    }

    private List<Signer> signers(AddressPattern author, Row row, Set<DomainName> tableDomains) throws FileFailure {
        List<Signer> found = new ArrayList<>();
        if (!row.isOfAuthor()) {
            key(row, row.domain()).ifPresent(key -> found.add(new Signer(author, key)));
            return found;
        }
        Optional<DomainName> only = domainOf(author);
        Set<DomainName> candidates = only.isPresent() ? Set.of(only.get()) : candidates(row, author, tableDomains);
        for (DomainName domain : candidates) {
            Optional<DraftKey> key = key(row, domain.toString());
            AddressPattern pattern = only.isPresent() ? author : new AddressPattern.Domain(domain);
            key.ifPresent(existing -> found.add(new Signer(pattern, existing)));
        }
        if (only.isEmpty()) {
            findings.addOnce(
                    candidates.isEmpty() ? FindingClass.LOST : FindingClass.CHANGED,
                    row.origin(),
                    row.said(),
                    candidates.isEmpty()
                            ? "The key is for whatever domain the author has, and no domain is known here: give --domains FILE."
                            : "The key is for whatever domain the author has. It is written for the "
                                    + candidates.size() + " domains that are known; a further domain takes a line.");
        } else {
            findings.addOnce(
                    FindingClass.KEPT,
                    row.origin(),
                    row.said(),
                    "% is the domain of the author: written for each domain.");
        }
        return found;
    }

    private static Optional<DomainName> domainOf(AddressPattern author) {
        return switch (author) {
            case AddressPattern.Domain(DomainName name) -> Optional.of(name);
            case AddressPattern.Address address -> Optional.of(address.domain());
            case AddressPattern.Below below -> Optional.empty();
            case AddressPattern.Any any -> Optional.empty();
        };
    }

    /** The domains that a key for any domain can be for: those that are known, or that have a file. */
    private Set<DomainName> candidates(Row row, AddressPattern author, Set<DomainName> tableDomains)
            throws FileFailure {
        Set<DomainName> all = new TreeSet<>(knownDomains);
        all.addAll(tableDomains);
        if (isPath(row.key()) && row.key().indexOf('%') >= 0) {
            all.addAll(PathTemplate.of(reader.path(row.key()), "%").domains(files));
            Set<DomainName> withFile = new TreeSet<>();
            for (DomainName domain : all) {
                if (supply.exists(reader.path(row.key()).replace("%", domain.toString()))) {
                    withFile.add(domain);
                }
            }
            all = withFile;
        }
        all.removeIf(domain -> !author.covers(new AddressPattern.Domain(domain)));
        return all;
    }

    private static boolean isPath(String key) {
        return key.startsWith("/") || key.startsWith("./") || key.startsWith("../");
    }

    private Optional<DraftKey> key(Row row, String domainText) throws FileFailure {
        Optional<DomainName> domain = ValueType.DOMAIN_NAME.parse(domainText);
        Optional<DomainName> selector = ValueType.SELECTOR.parse(row.selector());
        if (domain.isEmpty() || selector.isEmpty()) {
            findings.addOnce(
                    FindingClass.DANGER,
                    row.origin(),
                    row.said(),
                    "No DNS record can have this domain and selector, so no signature by it ever verified. It is left out.");
            return Optional.empty();
        }
        if (domainText.endsWith(".") || row.selector().endsWith(".")) {
            findings.addOnce(
                    FindingClass.CHANGED,
                    row.origin(),
                    row.said(),
                    "The domain or selector ends with a dot, which OpenDKIM wrote into every signature: receivers refuse that. It is"
                            + " left out here.");
        }
        if (!isPath(row.key())) {
            return supply.fromText(domain.get(), selector.get(), row.key(), row.origin(), row.said());
        }
        String path =
                row.key().startsWith("/") ? row.key().replace("%", domain.get().toString()) : row.key();
        if (!row.key().startsWith("/")) {
            findings.addOnce(FindingClass.KEPT, row.origin(), row.said(), "Relative to BaseDirectory.");
        }
        return supply.fromFile(domain.get(), selector.get(), reader.path(path), row.origin(), row.said());
    }

    /** Says which lines no line of the SigningTable names. */
    void reportUnused() throws FileFailure {
        for (Row row : rows.values()) {
            if (!used.contains(row.name())) {
                boolean gone =
                        isPath(row.key()) && row.key().indexOf('%') < 0 && !supply.exists(reader.path(row.key()));
                findings.add(
                        FindingClass.DEAD,
                        row.origin(),
                        row.said(),
                        "No line of the SigningTable names it, so it never signs. It is left out"
                                + (gone ? "; its key file does not exist, which nobody could notice." : "."));
            }
        }
    }
}
