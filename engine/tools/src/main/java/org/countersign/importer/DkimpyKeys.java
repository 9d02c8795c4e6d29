package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads which keys dkimpy-milter signed with: an RSA key, an Ed25519 key or one of each, for domains or by tables. */
final class DkimpyKeys {
    private static final String AUTHOR_DOMAIN = "%";

    private final ImportContext context;
    private final Findings findings;
    private final PolicyDraft draft;
    private final DkimpyFile file;
    private final boolean asMeant;

    DkimpyKeys(ImportContext context, DkimpyFile file) {
        this.context = context;
        this.findings = context.findings();
        this.draft = context.draft();
        this.file = file;
        this.asMeant = context.request().asMeant();
    }

    void read() throws FileFailure {
        List<Directive> tables = new ArrayList<>();
        file.find("KeyTable").ifPresent(tables::add);
        file.find("KeyTableEd25519").ifPresent(tables::add);
        Optional<Directive> signing = file.find("SigningTable");
        if (!tables.isEmpty() && signing.isPresent()) {
            for (String single : List.of("KeyFile", "Selector", "KeyFileEd25519", "SelectorEd25519")) {
                file.find(single)
                        .ifPresent(unused -> findings.add(
                                FindingClass.DEAD, unused, "With a KeyTable and a SigningTable it is not used."));
            }
            readTables(tables, signing.get());
            return;
        }
        tables.forEach(table -> findings.add(
                FindingClass.DEAD, table, "There is no SigningTable, so that nothing is signed with its keys."));
        signing.ifPresent(table -> findings.add(
                FindingClass.DANGER,
                table,
                "There is no KeyTable. Then dkimpy-milter signs with KeyFile for the domain of any author, once a line has a *. It is"
                        + " not translated: list the domains in Domain, and import again."));
        readSingle();
    }

    /** A selector and the file of its key. */
    private record Pair(Directive selector, Directive keyFile) {}

    private void readSingle() throws FileFailure {
        Optional<Directive> domain = file.find("Domain");
        List<Pair> pairs = new ArrayList<>();
        for (String suffix : List.of("", "Ed25519")) {
            Optional<Directive> selector = file.find("Selector" + suffix);
            Optional<Directive> keyFile = file.find("KeyFile" + suffix)
                    .filter(given -> file.find("KeyTable" + suffix).isEmpty());
            if (selector.isPresent() && keyFile.isPresent()) {
                pairs.add(new Pair(selector.get(), keyFile.get()));
            } else {
                selector.ifPresent(
                        dead -> findings.add(FindingClass.DEAD, dead, "There is no KeyFile" + suffix + " for it."));
                keyFile.ifPresent(alone -> findings.add(
                        FindingClass.DANGER,
                        alone,
                        "There is no Selector" + suffix
                                + ", and dkimpy-milter deferred mail that needs it. Write it, and import again."));
            }
        }
        if (domain.isEmpty()) {
            pairs.forEach(pair -> findings.add(
                    FindingClass.DEAD, pair.keyFile(), "Without Domain or SigningTable nothing is signed with it."));
            return;
        }
        boolean below = file.find("SubDomains").filter(Directive::isTrue).isPresent();
        Set<DomainName> domains = domains(domain.get());
        for (DomainName name : domains) {
            List<DraftKey> keys = new ArrayList<>();
            for (Pair pair : pairs) {
                key(name, pair).ifPresent(keys::add);
            }
            if (!keys.isEmpty()) {
                draft.addEntries(List.of(
                        DraftEntry.ofAuthors(List.of(new AddressPattern.Domain(name)), keys, Optional.empty())));
                if (below) {
                    keys.forEach(draft::addSubdomains);
                }
            }
        }
        findings.add(
                FindingClass.KEPT, domain.get(), "Signed for " + domains.size() + " domains, each with itself as d=.");
        file.find("SubDomains")
                .ifPresent(sub -> findings.add(
                        below ? FindingClass.KEPT : FindingClass.DEFAULT,
                        sub,
                        below
                                ? "subdomains: true, with the listed domain as d=."
                                : "Only the listed domains themselves."));
    }

    private Optional<DraftKey> key(DomainName domain, Pair pair) throws FileFailure {
        Optional<DomainName> selector = ValueType.SELECTOR.parse(pair.selector().value());
        if (selector.isEmpty()) {
            findings.addOnce(
                    FindingClass.DANGER,
                    pair.selector().origin(),
                    pair.selector().said(),
                    "It is no selector: no DNS record can have it. Nothing is signed.");
            return Optional.empty();
        }
        String path = pair.keyFile().value();
        if (!context.supply().exists(path)) {
            findings.addOnce(
                    FindingClass.DANGER,
                    pair.keyFile().origin(),
                    pair.keyFile().said(),
                    "There is no such file, and dkimpy-milter does not start without it: copy it here, or give --root DIR if the"
                            + " files of the old system are below a directory. Nothing is signed with it.");
            return Optional.empty();
        }
        return context.supply()
                .fromFile(
                        domain,
                        selector.get(),
                        path,
                        pair.keyFile().origin(),
                        pair.keyFile().said());
    }

    /** The domains of a list, which are compared letter by letter with the author's domain in lower case. */
    private Set<DomainName> domains(Directive directive) throws FileFailure {
        Set<DomainName> domains = new LinkedHashSet<>();
        for (DataSet.Entry entry : file.list(directive)) {
            Optional<DomainName> name = ValueType.DOMAIN_NAME.parse(entry.key());
            boolean lower = Ascii.lower(entry.key()).equals(entry.key());
            if (name.isPresent() && (lower || asMeant)) {
                domains.add(name.get());
            } else {
                findings.add(
                        FindingClass.DEAD,
                        entry.origin(),
                        SecretFreeText.hidden(entry.key()),
                        name.isPresent()
                                ? "dkimpy-milter looks for the domain in lower case, and never finds this one. Write "
                                        + Ascii.lower(entry.key()) + ", or import with --as-meant."
                                : "It is no domain name, and matches nothing: dkimpy-milter knows no patterns here.");
            }
        }
        return domains;
    }

    private void readTables(List<Directive> tables, Directive signing) throws FileFailure {
        List<DataSet.Entry> authors = authors(signing);
        DataSet.Reader reader = new DataSet.Reader(context.files(), Map.of(), Optional.empty(), findings);
        Map<String, DataSet> keyLines = new LinkedHashMap<>();
        for (Directive table : tables) {
            List<DataSet.Entry> lines = file.table(table);
            for (DataSet.Entry line : lines) {
                checkPath(table, line);
            }
            keyLines.put(table.name(), new DataSet(DataSet.Kind.PLAIN, lines));
            findings.add(FindingClass.KEPT, table, lines.size() + " lines.");
        }
        findings.add(FindingClass.KEPT, signing, authors.size() + " lines.");
        authors = withKeys(authors, keyLines);
        List<DraftEntry> entries = List.of();
        boolean first = true;
        for (DataSet lines : keyLines.values()) {
            KeyTable keys = new KeyTable(lines, reader, context);
            // What is wrong with lines of the SigningTable is said once.
            entries = merged(
                    entries,
                    new SigningTableImport(
                                    new DataSet(DataSet.Kind.PATTERNS, authors),
                                    keys,
                                    first ? findings : new Findings(),
                                    false,
                                    asMeant)
                            .entries());
            keys.reportUnused();
            first = false;
        }
        draft.addEntries(entries);
    }

    /** A key file is read by its path alone if that begins with a slash or a dot. */
    private static void checkPath(Directive table, DataSet.Entry line) throws FileFailure {
        String path = line.value().substring(line.value().lastIndexOf(':') + 1);
        if (!path.startsWith("/") && !path.startsWith(".")) {
            throw DkimpyFile.refused(
                    new Directive(table.name(), line.key() + " " + line.value(), line.origin()),
                    "the path of a key begins with / or ./");
        }
    }

    /** The lines of the SigningTable in the form of OpenDKIM's patterns. */
    private List<DataSet.Entry> authors(Directive signing) throws FileFailure {
        List<DataSet.Entry> authors = new ArrayList<>();
        for (DataSet.Entry line : file.table(signing)) {
            List<String> parts = Words.split(line.value(), ':');
            String identity = parts.getFirst().equals(AUTHOR_DOMAIN) ? "@" + AUTHOR_DOMAIN : parts.getFirst();
            String value = parts.getLast() + (parts.size() == 2 ? ":" + identity : "");
            pattern(line).ifPresent(pattern -> authors.add(new DataSet.Entry(pattern, value, line.origin())));
        }
        return authors;
    }

    private Optional<String> pattern(DataSet.Entry line) {
        String text = line.key();
        int star = text.indexOf('*');
        if (text.equals(AUTHOR_DOMAIN)) {
            return Optional.of("*");
        }
        if (star < 0 && text.indexOf('@') < 0 && asMeant) {
            return Optional.of("*@" + text);
        }
        String dead = "";
        if (star < 0 && text.indexOf('@') < 0) {
            dead = "dkimpy-milter compares it with the whole address. Write *@" + SecretFreeText.hidden(text)
                    + ", or import with --as-meant.";
        } else if (text.equals("*")) {
            dead = "A * alone matches nothing: dkimpy-milter writes % for all authors.";
        } else if (star >= 0 && text.indexOf('*', star + 1) >= 0) {
            dead = "dkimpy-milter matches nothing with two *.";
        }
        if (!dead.isEmpty()) {
            findings.add(FindingClass.DEAD, line.origin(), SecretFreeText.hidden(text), dead);
            return Optional.empty();
        }
        if (!Ascii.lower(text).equals(text)) {
            findings.add(
                    FindingClass.CHANGED,
                    line.origin(),
                    SecretFreeText.hidden(text),
                    "dkimpy-milter signed mail only if its From field has the same capitals. Here they do not matter.");
        }
        if (star > 0) {
            findings.add(
                    FindingClass.CHANGED,
                    line.origin(),
                    SecretFreeText.hidden(text),
                    "dkimpy-milter ignores what stands before the *, and so it is read here.");
        }
        return Optional.of(star > 0 ? text.substring(star) : text);
    }

    /** The lines whose key is in each table. */
    private List<DataSet.Entry> withKeys(List<DataSet.Entry> authors, Map<String, DataSet> tables) {
        List<DataSet.Entry> complete = new ArrayList<>();
        for (DataSet.Entry author : authors) {
            String name = Words.split(author.value(), ':').getFirst();
            List<String> without = tables.entrySet().stream()
                    .filter(table -> table.getValue().entries().stream()
                            .noneMatch(line -> line.key().equals(name)))
                    .map(Map.Entry::getKey)
                    .toList();
            if (without.isEmpty()) {
                complete.add(author);
            } else {
                findings.add(
                        FindingClass.DANGER,
                        author.origin(),
                        SecretFreeText.hidden(author.key()),
                        String.join(" and ", without) + " has no line " + SecretFreeText.hidden(name)
                                + ". dkimpy-milter deferred every mail that this line matches; it is left out, so that mail goes"
                                + " unsigned. Add the line, and import again.");
            }
        }
        return complete;
    }

    /** Entries with the keys of two tables. */
    private static List<DraftEntry> merged(List<DraftEntry> entries, List<DraftEntry> second) {
        List<DraftEntry> more = new ArrayList<>(second);
        List<DraftEntry> both = new ArrayList<>();
        for (DraftEntry entry : entries) {
            Optional<DraftEntry> same = more.stream()
                    .filter(each -> each.authors().equals(entry.authors()))
                    .findFirst();
            same.ifPresent(more::remove);
            both.add(same.map(found -> entry.withKeys(found.keys())).orElse(entry));
        }
        both.addAll(more);
        return both;
    }
}
