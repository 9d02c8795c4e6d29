package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Ascii;

/**
 * The keys that sections and maps of a module of rspamd name. What a section leaves out comes from the maps, and then from the
 * common options.
 */
final class RspamdNamedKeys {
    private final ImportContext context;
    private final Findings findings;
    private final Ucl.Section options;
    private final RspamdKeyNames names;
    private final RspamdMaps maps;
    private final BiPredicate<DomainName, Origin> isAskedFor;
    private final String explanation;

    /**
     * @param names the common options
     * @param isAskedFor whether rspamd asks for the key of a domain
     * @param explanation what is said of a section
     */
    RspamdNamedKeys(
            ImportContext context,
            Ucl.Section options,
            RspamdKeyNames names,
            BiPredicate<DomainName, Origin> isAskedFor,
            String explanation) {
        this.context = context;
        this.findings = context.findings();
        this.options = options;
        this.names = names;
        this.isAskedFor = isAskedFor;
        this.explanation = explanation;
        this.maps = new RspamdMaps(options, context.files(), findings);
    }

    /**
     * A key.
     *
     * @param path the name of its file, as {@link RspamdKeyNames#path} has it
     */
    record Named(DomainName domain, String selector, String path, Origin origin) {}

    /** Reads the names of all keys. */
    List<Named> read() throws FileFailure {
        List<Named> found = new ArrayList<>();
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
                if (!isAskedFor.test(domain, origin)) {
                    continue;
                }
                pairs = List.of(new Pair(Optional.empty(), Optional.empty(), origin));
            }
            for (Pair pair : pairs) {
                Pair whole = pair.or(selector.map(RspamdMaps.Value::text), path.map(RspamdMaps.Value::text));
                found.add(new Named(
                        domain,
                        whole.selector().orElse(names.selector()),
                        whole.path().orElse(names.path()),
                        pair.origin()));
            }
        }
        return found;
    }

    /** The selector that the section of a domain says, by the domain. */
    Map<DomainName, String> selectorsOfSections() {
        Map<DomainName, String> selectors = new LinkedHashMap<>();
        sections()
                .forEach((domain, pairs) -> pairs.stream()
                        .flatMap(pair -> pair.selector().stream())
                        .findFirst()
                        .ifPresent(name -> selectors.put(domain, name)));
        return selectors;
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
            if (parsed.isEmpty() || !isAskedFor.test(parsed.get(), domain.origin())) {
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
            findings.add(FindingClass.KEPT, domain.origin(), "domain " + name, explanation);
        }
        return found;
    }
}
