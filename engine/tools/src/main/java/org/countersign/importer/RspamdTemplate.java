package org.countersign.importer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.KeyFilePattern;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** Reads the common {@code path}, which names the key file of each domain that the map and sections do not name. */
final class RspamdTemplate {
    private static final int MAX_NAMED = 20;

    private final OldFiles files;
    private final Findings findings;
    private final PolicyDraft draft;
    private final KeySupply supply;
    private final Ucl.Section options;
    private final boolean organizations;
    private final Set<DomainName> knownDomains;
    private final RspamdKeyNames names;
    private final RspamdDomainKeys keys;

    /**
     * @param organizations whether the key is that of the author's organization ({@code use_esld})
     * @param keys those of sections and maps, to which this adds others
     */
    RspamdTemplate(ImportContext context, Ucl.Section options, boolean organizations, RspamdDomainKeys keys) {
        this.files = context.files();
        this.findings = context.findings();
        this.draft = context.draft();
        this.supply = context.supply();
        this.options = options;
        this.organizations = organizations;
        this.knownDomains = context.knownDomains();
        this.names = RspamdKeyNames.of(options);
        this.keys = keys;
    }

    /** Finds the key of every domain that a file exists for. */
    void read() throws FileFailure {
        String selector = names.selector();
        String path = names.path();
        Origin origin = options.text("path").map(Ucl.Text::origin).orElse(Origin.NOWHERE);
        if (!path.contains(RspamdKeyNames.DOMAIN)) {
            for (DomainName domain : knownDomains) {
                if (!keys.contains(domain) && keys.isAskedFor(domain, origin)) {
                    keys.add(domain, selector, path, origin);
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
        String ours = path.replace(RspamdKeyNames.DOMAIN, "{domain}").replace(RspamdKeyNames.SELECTOR, selector);
        Map<DomainName, String> found = new LinkedHashMap<>();
        boolean exact = true;
        for (PathTemplate.Found each : new PathTemplate(new KeyFilePattern(ours)).files(files)) {
            DomainName domain = each.match().domain().orElseThrow();
            if (keys.contains(domain)) {
                continue;
            }
            if (keys.isAskedFor(domain, new Origin(each.file(), 0))) {
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
            keys.markUsed(each.getValue());
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
        usable.forEach(keys::add);
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
            if (isKey && !keys.isUsed(file) && files.exists(file) && named++ < MAX_NAMED) {
                findings.add(
                        FindingClass.DEAD,
                        new Origin(file, 0),
                        "key file",
                        "No domain and selector of the configuration lead to this name.");
            }
        }
    }
}
