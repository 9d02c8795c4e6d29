package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** Reads where rspamd's module {@code dkim_signing} has its keys: sections, maps, a template, tables or Redis. */
final class RspamdKeys {
    static final String DEFAULT_PATH = "/var/lib/rspamd/dkim/$domain.$selector.key";
    static final String DEFAULT_SELECTOR = "dkim";
    private static final String DEFAULT_KEY_PREFIX = "DKIM_KEYS";
    private static final int MAX_NAMED = 20;
    private static final String DOMAIN = "$domain";
    private static final String SELECTOR = "$selector";

    private final ImportRequest request;
    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final KeySupply supply;
    private final Ucl.Section options;
    private final boolean organizations;
    private final Set<DomainName> knownDomains;
    private final PublicSuffixList suffixes = PublicSuffixList.bundled();
    private final Map<DomainName, List<DraftKey>> keys = new LinkedHashMap<>();
    private final Set<String> usedFiles = new LinkedHashSet<>();

    /**
     * @param organizations whether the key is that of the author's organization ({@code use_esld})
     */
    RspamdKeys(
            ImportRequest request,
            OldFiles files,
            Findings findings,
            PolicyDraft draft,
            KeySupply supply,
            Ucl.Section options,
            boolean organizations,
            Set<DomainName> knownDomains) {
        this.request = request;
        this.files = files;
        this.findings = findings;
        this.draft = draft;
        this.supply = supply;
        this.options = options;
        this.organizations = organizations;
        this.knownDomains = Set.copyOf(knownDomains);
    }

    private static final List<String> MAP_TYPES = List.of(
            "fallback+",
            "hash;",
            "plain;",
            "set;",
            "radix;",
            "ipnet;",
            "glob_multi;",
            "glob;",
            "regexp_multi;",
            "regexp;",
            "file://");

    /** The name of the file of a map, without the type of the map before it; a text that is none stays. */
    static String mapFile(String text) {
        String path = text;
        for (String prefix : MAP_TYPES) {
            path = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        }
        return path;
    }

    void read() throws FileFailure {
        if (options.keys().containsKey("signing_table") && options.keys().containsKey("key_table")) {
            readTables();
            return;
        }
        if (isFromElsewhere()) {
            return;
        }
        if (options.flag("use_redis", false)) {
            readRedis();
        } else {
            readMaps();
            if (options.flag("try_fallback", true)) {
                readTemplate();
            }
        }
        keys.forEach((domain, ofDomain) -> {
            draft.addEntries(List.of(
                    DraftEntry.ofAuthors(List.of(new AddressPattern.Domain(domain)), ofDomain, Optional.empty())));
            if (organizations) {
                ofDomain.forEach(draft::addSubdomains);
            }
        });
        options.text("use_esld")
                .ifPresent(esld -> findings.add(
                        organizations ? FindingClass.KEPT : FindingClass.DEFAULT,
                        esld.origin(),
                        "use_esld = " + organizations,
                        organizations
                                ? "subdomains: true, so that each key signs for its domain and those below it."
                                : "Each key signs for its domain alone."));
    }

    /** Whether no key file is ever asked for, because keys come from Vault, a request or a function in Lua. */
    private boolean isFromElsewhere() {
        boolean vault = options.flag("use_vault", false) && !options.flag("use_redis", false);
        boolean request = options.flag("use_http_headers", false) && !options.flag("allow_headers_fallback", false);
        return vault || request || options.text("sign_condition").isPresent();
    }

    /** Whether mail of the domain is signed at all: with use_esld a key of a subdomain is never asked for. */
    private boolean isAskedFor(DomainName domain, Origin origin) {
        if (!organizations || suffixes.organizationalDomain(domain).equals(domain)) {
            return true;
        }
        findings.addOnce(
                FindingClass.DEAD,
                origin,
                domain.toString(),
                "With use_esld = true rspamd asks for the organization's domain only, and this is not one.");
        return false;
    }

    /** A selector and the file of a key, as far as a section or a map says them. */
    private record Pair(Optional<String> selector, Optional<String> path, Origin origin) {
        static Pair of(Ucl.Section section) {
            Optional<Ucl.Text> selector = section.text("selector");
            Optional<Ucl.Text> path = section.text("path");
            return new Pair(
                    selector.map(Ucl.Text::text),
                    path.map(Ucl.Text::text),
                    path.or(() -> selector).map(Ucl.Text::origin).orElse(section.origin()));
        }

        Pair or(Optional<String> otherSelector, Optional<String> otherPath) {
            return new Pair(selector.or(() -> otherSelector), path.or(() -> otherPath), origin);
        }
    }

    /** The sections of {@code domain}: each has keys of its own, a list of them, or both. */
    private Map<DomainName, List<Pair>> sections() {
        Map<DomainName, List<Pair>> found = new LinkedHashMap<>();
        Ucl.Section domains = options.section("domain");
        for (String name : domains.keys().keySet()) {
            Ucl.Section domain = domains.section(name);
            Optional<DomainName> parsed = ValueType.DOMAIN_NAME.parse(name);
            if (parsed.isEmpty() || !isAskedFor(parsed.get(), domain.origin())) {
                continue;
            }
            List<Pair> pairs = new ArrayList<>();
            if (domain.text("selector").or(() -> domain.text("path")).isPresent()) {
                pairs.add(Pair.of(domain));
            }
            domain.all("selectors").stream()
                    .filter(Ucl.Section.class::isInstance)
                    .forEach(each -> pairs.add(Pair.of((Ucl.Section) each)));
            found.put(parsed.get(), pairs);
            findings.add(FindingClass.KEPT, domain.origin(), "domain " + name, "All of its keys sign.");
        }
        return found;
    }

    private void add(DomainName domain, String selector, String path, Origin origin) throws FileFailure {
        Optional<DomainName> name = ValueType.SELECTOR.parse(selector);
        if (name.isEmpty()) {
            findings.add(FindingClass.DANGER, origin, selector, "It is no selector: no DNS record can have it.");
            return;
        }
        String file = plain(path).replace(DOMAIN, domain.toString()).replace(SELECTOR, selector);
        usedFiles.add(file);
        supply.fromFile(domain, name.get(), file, origin, domain + " " + selector)
                .ifPresent(key -> keys.computeIfAbsent(domain, unused -> new ArrayList<>(1))
                        .add(key));
    }

    /** A map of domains to words. */
    private Map<DomainName, Map.Entry<String, Origin>> map(String option) throws FileFailure {
        Map<DomainName, Map.Entry<String, Origin>> found = new LinkedHashMap<>();
        for (Ucl value : options.all(option)) {
            if (value instanceof Ucl.Section inline) {
                for (String key : inline.keys().keySet()) {
                    inline.text(key).ifPresent(text -> put(found, List.of(key, text.text()), text.origin()));
                }
            } else if (value instanceof Ucl.Text(String text, boolean quoted, Origin origin)) {
                String path = mapFile(text);
                if (path.startsWith("/")) {
                    for (OldFiles.Line line : files.lines(path)) {
                        put(found, Words.ofLine(Words.withoutComment(line.text())), line.origin());
                    }
                } else if (path.contains("://")) {
                    findings.add(
                            FindingClass.LOST,
                            origin,
                            option,
                            "A map that comes over the network is not read: write it to a file.");
                } else {
                    put(found, Words.ofLine(text), origin);
                }
            }
        }
        return found;
    }

    private static void put(Map<DomainName, Map.Entry<String, Origin>> map, List<String> words, Origin origin) {
        if (words.size() >= 2) {
            ValueType.DOMAIN_NAME
                    .parse(words.get(0).replace("\"", ""))
                    .ifPresent(domain ->
                            map.putIfAbsent(domain, Map.entry(words.get(1).replace("\"", ""), origin)));
        }
    }

    /** Sections and maps together: what a section leaves out comes from the maps, and then from the common options. */
    private void readMaps() throws FileFailure {
        Map<DomainName, List<Pair>> sections = sections();
        Map<DomainName, Map.Entry<String, Origin>> selectors = map("selector_map");
        Map<DomainName, Map.Entry<String, Origin>> paths = map("path_map");
        Set<DomainName> domains = new LinkedHashSet<>(sections.keySet());
        domains.addAll(paths.keySet());
        domains.addAll(selectors.keySet());
        for (DomainName domain : domains) {
            Optional<Map.Entry<String, Origin>> selector = Optional.ofNullable(selectors.get(domain));
            Optional<Map.Entry<String, Origin>> path = Optional.ofNullable(paths.get(domain));
            List<Pair> pairs = sections.getOrDefault(domain, List.of());
            if (pairs.isEmpty() && (selector.isPresent() || path.isPresent())) {
                Origin origin = path.or(() -> selector).orElseThrow().getValue();
                if (!isAskedFor(domain, origin)) {
                    continue;
                }
                pairs = List.of(new Pair(Optional.empty(), Optional.empty(), origin));
            }
            for (Pair pair : pairs) {
                Pair whole = pair.or(selector.map(Map.Entry::getKey), path.map(Map.Entry::getKey));
                add(
                        domain,
                        whole.selector().orElseGet(this::selector),
                        whole.path().orElseGet(this::path),
                        pair.origin());
            }
        }
        for (String option : List.of("path_map", "selector_map")) {
            options.text(option)
                    .ifPresent(map -> findings.add(FindingClass.KEPT, map.origin(), option, "Joined by domain."));
        }
    }

    private String selector() {
        return options.text("selector").map(Ucl.Text::text).orElse(DEFAULT_SELECTOR);
    }

    private String path() {
        return plain(options.text("path").map(Ucl.Text::text).orElse(DEFAULT_PATH));
    }

    /** A template in which each variable is written in one way. */
    private static String plain(String template) {
        return template.replace("${domain}", DOMAIN).replace("${selector}", SELECTOR);
    }

    /** Keys for every domain that a file exists for. */
    private void readTemplate() throws FileFailure {
        String selector = selector();
        String path = path();
        Origin origin = options.text("path").map(Ucl.Text::origin).orElse(Origin.NOWHERE);
        if (!path.contains(DOMAIN)) {
            for (DomainName domain : knownDomains) {
                if (!keys.containsKey(domain) && isAskedFor(domain, origin)) {
                    add(domain, selector, path, origin);
                }
            }
            if (options.text("path").isPresent() && knownDomains.isEmpty()) {
                findings.add(
                        FindingClass.LOST,
                        origin,
                        "path",
                        "One key signs for whatever domain the author has. That needs a list: give --domains FILE.");
            }
            return;
        }
        String ours = path.replace(DOMAIN, "{domain}").replace(SELECTOR, selector);
        Map<DomainName, String> found = new LinkedHashMap<>();
        boolean exact = true;
        for (PathTemplate.Found each : new PathTemplate(new org.countersign.config.KeyFilePattern(ours)).files(files)) {
            DomainName domain = each.match().domain().orElseThrow();
            if (keys.containsKey(domain)) {
                continue;
            }
            if (isAskedFor(domain, new Origin(each.file(), 0))) {
                found.put(domain, each.file());
            } else {
                exact = false;
            }
        }
        addTemplate(ours, selector, origin, found, exact);
        reportUnused(path);
    }

    private void addTemplate(String ours, String selector, Origin origin, Map<DomainName, String> found, boolean exact)
            throws FileFailure {
        int copies = supply.copies().size();
        Map<DomainName, DraftKey> usable = new LinkedHashMap<>();
        for (Map.Entry<DomainName, String> each : found.entrySet()) {
            usedFiles.add(each.getValue());
            ValueType.SELECTOR
                    .parse(selector)
                    .flatMap(name -> fromFile(each.getKey(), name, each.getValue(), origin))
                    .ifPresent(key -> usable.put(each.getKey(), key));
        }
        boolean byAuthor =
                options.text("use_domain").map(Ucl.Text::text).orElse("header").equals("header");
        boolean asTemplate = byAuthor
                && exact
                && !found.isEmpty()
                && usable.size() == found.size()
                && supply.copies().size() == copies;
        if (asTemplate) {
            draft.addTemplate(new PolicyDraft.Template(
                    Optional.of(selector), files.here(ours).toString(), organizations));
            usable.values().forEach(draft::addRecord);
            findings.add(
                    FindingClass.KEPT,
                    origin,
                    "path",
                    "A template here too: " + found.size()
                            + " key files are there now, and the file of a new domain is found by"
                            + " itself. A domain with another selector takes a line.");
            return;
        }
        usable.forEach((domain, key) ->
                keys.computeIfAbsent(domain, unused -> new ArrayList<>(1)).add(key));
        if (!found.isEmpty()) {
            findings.add(
                    FindingClass.LOST,
                    origin,
                    "new domains",
                    "rspamd finds the key file of a new domain by itself. Here it takes a line, because not every file in the"
                            + " directory can be used as it is.");
        }
    }

    private Optional<DraftKey> fromFile(DomainName domain, DomainName selector, String file, Origin origin) {
        try {
            return supply.fromFile(domain, selector, file, origin, domain + " " + selector);
        } catch (FileFailure invalidName) {
            return Optional.empty();
        }
    }

    /** Names key files that nothing asks for. */
    private void reportUnused(String path) throws FileFailure {
        String directory = path.substring(0, path.lastIndexOf('/') + 1);
        if (directory.indexOf('$') >= 0 || directory.isEmpty()) {
            return;
        }
        int named = 0;
        for (String name : files.list(directory)) {
            String file = directory + name;
            boolean isKey = name.endsWith(".key") || name.endsWith(".pem") || name.endsWith(".private");
            if (isKey && !usedFiles.contains(file) && files.exists(file) && named++ < MAX_NAMED) {
                findings.add(
                        FindingClass.DEAD,
                        new Origin(file, 0),
                        "key file",
                        "No domain and selector of the configuration lead to this name.");
            }
        }
    }

    private void readRedis() throws FileFailure {
        Origin origin = options.text("use_redis").map(Ucl.Text::origin).orElse(Origin.NOWHERE);
        Map<DomainName, String> selectors = new LinkedHashMap<>();
        map("selector_map").forEach((domain, entry) -> selectors.put(domain, entry.getKey()));
        sections()
                .forEach((domain, pairs) -> pairs.stream()
                        .flatMap(pair -> pair.selector().stream())
                        .findFirst()
                        .ifPresent(name -> selectors.put(domain, name)));
        RedisDump dump = new RedisDump(request, files, supply, findings);
        dump.read(
                        options.text("selector_prefix").map(Ucl.Text::text),
                        Optional.of(
                                options.text("key_prefix").map(Ucl.Text::text).orElse(DEFAULT_KEY_PREFIX)),
                        selectors,
                        selector(),
                        origin)
                .forEach((domain, key) -> {
                    if (isAskedFor(domain, origin)) {
                        keys.computeIfAbsent(domain, unused -> new ArrayList<>(1))
                                .add(key);
                    }
                });
        options.text("path")
                .ifPresent(
                        path -> findings.add(FindingClass.DEAD, path.origin(), "path", "It is not used with Redis."));
    }

    /** Tables as those of OpenDKIM, with globs. */
    private void readTables() throws FileFailure {
        DataSet keyLines = table("key_table", true);
        DataSet signing = table("signing_table", false);
        DataSet.Reader reader = new DataSet.Reader(files, Map.of(), Optional.empty(), findings);
        KeyTable keyTable = new KeyTable(keyLines, reader, files, supply, findings, knownDomains);
        draft.addEntries(new SigningTableImport(signing, keyTable, findings, false, request.asMeant()).entries());
        keyTable.reportUnused();
        findings.add(
                FindingClass.KEPT,
                Origin.NOWHERE,
                "signing_table, key_table",
                "Read like a refile of OpenDKIM. MAIL FROM and login names are not compared, as before.");
    }

    private DataSet table(String option, boolean isKeys) throws FileFailure {
        List<DataSet.Entry> entries = new ArrayList<>();
        for (Ucl value : options.all(option)) {
            if (value instanceof Ucl.Text(String text, boolean quoted, Origin origin)) {
                String path = mapFile(text);
                if (path.startsWith("/")) {
                    for (OldFiles.Line line : files.lines(path)) {
                        addEntry(entries, line.text(), line.origin(), isKeys);
                    }
                } else {
                    addEntry(entries, text, origin, isKeys);
                }
            }
        }
        return new DataSet(isKeys ? DataSet.Kind.PLAIN : DataSet.Kind.PATTERNS, entries);
    }

    private void addEntry(List<DataSet.Entry> entries, String line, Origin origin, boolean isKeys) {
        List<String> words = Words.ofLine(Words.withoutComment(line).replace("\"", ""));
        if (words.size() >= 2) {
            String value = words.get(1);
            boolean two = isKeys && value.chars().filter(c -> c == ':').count() == 1;
            // Of two parts the second is the file, and the selector is the common one.
            String whole = two ? value.replace(":", ":" + selector() + ":") : value;
            entries.add(new DataSet.Entry(words.get(0), whole, origin));
        }
    }
}
