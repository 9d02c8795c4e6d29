package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/** Reads where rspamd's module {@code dkim_signing} has its keys: sections, maps, a template, tables or Redis. */
final class RspamdKeys {
    private static final String DEFAULT_KEY_PREFIX = "DKIM_KEYS";

    private final ImportContext context;
    private final Findings findings;
    private final Ucl.Section options;
    private final boolean organizations;
    private final RspamdKeyNames names;
    private final RspamdMaps maps;
    private final RspamdDomainKeys keys;

    /**
     * @param organizations whether the key is that of the author's organization ({@code use_esld})
     */
    RspamdKeys(ImportContext context, Ucl.Section options, boolean organizations) {
        this.context = context;
        this.findings = context.findings();
        this.options = options;
        this.organizations = organizations;
        this.names = RspamdKeyNames.of(options);
        this.maps = new RspamdMaps(options, context.files(), findings);
        this.keys = new RspamdDomainKeys(findings, context.supply(), organizations);
    }

    void read() throws FileFailure {
        reportNumbers(options);
        if (RspamdTables.areUsed(options)) {
            new RspamdTables(context, options).read();
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
                new RspamdTemplate(context, options, organizations, keys).read();
            }
        }
        keys.addTo(context.draft());
        options.text("use_esld")
                .ifPresent(esld -> findings.add(
                        organizations ? FindingClass.KEPT : FindingClass.DEFAULT,
                        esld.origin(),
                        "use_esld = " + organizations,
                        organizations
                                ? "subdomains: true, so that each key signs for its domain and those below it."
                                : "Each key signs for its domain alone."));
    }

    /** Names each selector that is a number to rspamd, which then does not sign. */
    private void reportNumbers(Ucl.Section section) {
        section.keys()
                .keySet()
                .forEach(name -> section.all(name).forEach(value -> {
                    if (value instanceof Ucl.Section below) {
                        reportNumbers(below);
                    } else if (name.equals("selector") && value instanceof Ucl.Text text && text.isNumber()) {
                        findings.addOnce(
                                FindingClass.CHANGED,
                                text.origin(),
                                "selector = " + text.text(),
                                "Without quotation marks it is a number to rspamd, which signed nothing with it. Here it is the selector.");
                    }
                }));
    }

    /** Whether no key file is ever asked for, because keys come from Vault, a request or a function in Lua. */
    private boolean isFromElsewhere() {
        boolean vault = options.flag("use_vault", false) && !options.flag("use_redis", false);
        boolean request = options.flag("use_http_headers", false) && !options.flag("allow_headers_fallback", false);
        return vault || request || options.text("sign_condition").isPresent();
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
            if (parsed.isEmpty() || !keys.isAskedFor(parsed.get(), domain.origin())) {
                continue;
            }
            if (!name.equals(Ascii.lower(name)) && !context.request().asMeant()) {
                findings.add(
                        FindingClass.DEAD,
                        domain.origin(),
                        "domain " + name,
                        "rspamd looks for the domain in lower case, and never finds this one. Write "
                                + Ascii.lower(name) + ", or import with --as-meant.");
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

    /** Sections and maps together: what a section leaves out comes from the maps, and then from the common options. */
    private void readMaps() throws FileFailure {
        Map<DomainName, List<Pair>> sections = sections();
        Map<DomainName, RspamdMaps.Value> selectors = maps.byDomain("selector_map");
        Map<DomainName, RspamdMaps.Value> paths = maps.byDomain("path_map");
        Set<DomainName> domains = new LinkedHashSet<>(sections.keySet());
        domains.addAll(paths.keySet());
        domains.addAll(selectors.keySet());
        for (DomainName domain : domains) {
            Optional<RspamdMaps.Value> selector = Optional.ofNullable(selectors.get(domain));
            Optional<RspamdMaps.Value> path = Optional.ofNullable(paths.get(domain));
            List<Pair> pairs = sections.getOrDefault(domain, List.of());
            if (pairs.isEmpty() && (selector.isPresent() || path.isPresent())) {
                Origin origin = path.or(() -> selector).orElseThrow().origin();
                if (!keys.isAskedFor(domain, origin)) {
                    continue;
                }
                pairs = List.of(new Pair(Optional.empty(), Optional.empty(), origin));
            }
            for (Pair pair : pairs) {
                Pair whole = pair.or(selector.map(RspamdMaps.Value::text), path.map(RspamdMaps.Value::text));
                keys.add(
                        domain,
                        whole.selector().orElse(names.selector()),
                        whole.path().orElse(names.path()),
                        pair.origin());
            }
        }
        for (String option : List.of("path_map", "selector_map")) {
            options.text(option)
                    .ifPresent(map -> findings.add(FindingClass.KEPT, map.origin(), option, "Joined by domain."));
        }
    }

    private void readRedis() throws FileFailure {
        Origin origin = options.text("use_redis").map(Ucl.Text::origin).orElse(Origin.NOWHERE);
        Map<DomainName, String> selectors = new LinkedHashMap<>();
        maps.byDomain("selector_map").forEach((domain, value) -> selectors.put(domain, value.text()));
        sections()
                .forEach((domain, pairs) -> pairs.stream()
                        .flatMap(pair -> pair.selector().stream())
                        .findFirst()
                        .ifPresent(name -> selectors.put(domain, name)));
        RedisDump dump = new RedisDump(context);
        dump.read(
                        options.text("selector_prefix").map(Ucl.Text::text),
                        Optional.of(
                                options.text("key_prefix").map(Ucl.Text::text).orElse(DEFAULT_KEY_PREFIX)),
                        selectors,
                        names.selector(),
                        origin)
                .forEach((domain, key) -> {
                    if (keys.isAskedFor(domain, origin)) {
                        keys.add(domain, key);
                    }
                });
        options.text("path")
                .ifPresent(
                        path -> findings.add(FindingClass.DEAD, path.origin(), "path", "It is not used with Redis."));
    }
}
