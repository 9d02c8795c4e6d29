package org.countersign.importer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/** Reads where rspamd's module {@code dkim_signing} has its keys: sections, maps, a template, tables or Redis. */
final class RspamdKeys {
    static final String DEFAULT_KEY_PREFIX = "DKIM_KEYS";

    private final ImportContext context;
    private final Findings findings;
    private final Ucl.Section options;
    private final boolean organizations;
    private final RspamdKeyNames names;
    private final RspamdMaps maps;
    private final RspamdNamedKeys named;
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
        this.named = new RspamdNamedKeys(context, options, names, keys::isAskedFor, "All of its keys sign.");
    }

    void read() throws FileFailure {
        reportNumbers(options, findings);
        if (RspamdTables.areUsed(options)) {
            new RspamdTables(context, options).read();
            return;
        }
        if (areFromElsewhere(options)) {
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
    static void reportNumbers(Ucl.Section section, Findings findings) {
        section.keys()
                .keySet()
                .forEach(name -> section.all(name).forEach(value -> {
                    if (value instanceof Ucl.Section below) {
                        reportNumbers(below, findings);
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
    static boolean areFromElsewhere(Ucl.Section options) {
        boolean vault = options.flag("use_vault", false) && !options.flag("use_redis", false);
        boolean request = options.flag("use_http_headers", false) && !options.flag("allow_headers_fallback", false);
        return vault || request || options.text("sign_condition").isPresent();
    }

    private void readMaps() throws FileFailure {
        for (RspamdNamedKeys.Named each : named.read()) {
            keys.add(each.domain(), each.selector(), each.path(), each.origin());
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
        named.selectorsOfSections().forEach(selectors::put);
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
