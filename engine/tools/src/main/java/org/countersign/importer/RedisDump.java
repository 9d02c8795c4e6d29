package org.countersign.importer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Ascii;

/** Reads keys that rspamd has in Redis, from dumps that the user has made. */
final class RedisDump {
    /** The names of the tables on the command line. */
    static final String SELECTORS = "redis-selectors";

    static final String KEYS = "redis-keys";

    private final ImportRequest request;
    private final OldFiles files;
    private final KeySupply supply;
    private final Findings findings;

    RedisDump(ImportContext context) {
        this.request = context.request();
        this.files = context.files();
        this.supply = context.supply();
        this.findings = context.findings();
    }

    /**
     * The key of each domain.
     *
     * @param selectorPrefix the name of the hash of the selectors
     * @param keyPrefix the name of the hash of the keys
     * @param ofConfiguration selectors that the configuration says, which count where there is no hash of them
     * @throws FileFailure without dumps; it says which commands make them
     */
    Map<DomainName, DraftKey> read(
            Optional<String> selectorPrefix,
            Optional<String> keyPrefix,
            Map<DomainName, String> ofConfiguration,
            String selector,
            Origin origin)
            throws FileFailure {
        Optional<Path> keys = dump(KEYS, keyPrefix);
        Optional<Path> selectors = dump(SELECTORS, selectorPrefix);
        if (keys.isEmpty() || (selectors.isEmpty() && selectorPrefix.isPresent())) {
            throw missing(selectorPrefix, keyPrefix, origin);
        }
        findings.add(
                FindingClass.DANGER,
                origin,
                "use_redis",
                "The keys are in files from now on, and still in Redis: secrets lie in two places. A key that is made in the panel"
                        + " is not seen here.");
        Map<DomainName, String> bySelector =
                selectorPrefix.isPresent() ? new LinkedHashMap<>() : new LinkedHashMap<>(ofConfiguration);
        if (selectors.isPresent()) {
            pairs(files.named(selectors.get()))
                    .forEach((domain, name) ->
                            ValueType.DOMAIN_NAME.parse(domain).ifPresent(parsed -> bySelector.put(parsed, name)));
        }
        Path where = files.named(keys.get());
        return Files.isDirectory(where)
                ? fromDirectory(where, bySelector, selector, origin)
                : fromFile(where, bySelector, selector, origin);
    }

    private Optional<Path> dump(String option, Optional<String> prefix) {
        return Optional.ofNullable(request.tables().get(option))
                .or(() -> prefix.map(name -> request.tables().get(Ascii.lower(name))));
    }

    private static FileFailure missing(Optional<String> selectorPrefix, Optional<String> keyPrefix, Origin origin) {
        List<String> lines = new ArrayList<>();
        lines.add(origin + ": the keys are in Redis, which only rspamd can read. Make these dumps, and give them with"
                + " --redis-selectors and --redis-keys:");
        selectorPrefix.ifPresent(name -> lines.add("  redis-cli --raw HGETALL " + name + " > selectors"));
        lines.add(
                "  redis-cli --raw HGETALL " + keyPrefix.orElse("KEY_PREFIX") + " > keys     (fields SELECTOR.DOMAIN)");
        lines.add("Both hold secrets: remove them after the import");
        return new FileFailure(Reason.INVALID, lines);
    }

    /** Two words on a line, or on two lines as HGETALL writes them. */
    private Map<String, String> pairs(Path file) throws FileFailure {
        List<String> words = new ArrayList<>();
        for (OldFiles.Line line : files.lines(file, file.toString())) {
            words.addAll(Words.ofLine(line.text()));
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int at = 0; at + 1 < words.size(); at += 2) {
            pairs.put(words.get(at), words.get(at + 1));
        }
        return pairs;
    }

    private Map<DomainName, DraftKey> fromDirectory(
            Path directory, Map<DomainName, String> selectors, String selector, Origin origin) throws FileFailure {
        Map<DomainName, DraftKey> found = new LinkedHashMap<>();
        OldFiles here = new OldFiles(Optional.empty());
        for (String name : here.list(directory.toString())) {
            Optional<Map.Entry<DomainName, DomainName>> key = key(name, selectors, selector);
            if (key.isPresent()) {
                supply.fromDump(key.get().getKey(), key.get().getValue(), directory.resolve(name), origin)
                        .ifPresent(made -> found.put(key.get().getKey(), made));
            }
        }
        return found;
    }

    /** A field {@code SELECTOR.DOMAIN} that belongs to a domain; empty for one that no selector leads to. */
    private static Optional<Map.Entry<DomainName, DomainName>> key(
            String field, Map<DomainName, String> selectors, String selector) {
        for (Map.Entry<DomainName, String> each : selectors.entrySet()) {
            if (field.equalsIgnoreCase(each.getValue() + "." + each.getKey())) {
                return ValueType.SELECTOR.parse(each.getValue()).map(name -> Map.entry(each.getKey(), name));
            }
        }
        return field.startsWith(selector + ".")
                ? ValueType.DOMAIN_NAME
                        .parse(field.substring(selector.length() + 1))
                        .filter(domain -> !selectors.containsKey(domain))
                        .flatMap(domain -> ValueType.SELECTOR.parse(selector).map(name -> Map.entry(domain, name)))
                : Optional.empty();
    }

    /** The output of HGETALL: a line with the field, then the PEM. */
    private Map<DomainName, DraftKey> fromFile(
            Path file, Map<DomainName, String> selectors, String selector, Origin origin) throws FileFailure {
        Map<DomainName, DraftKey> found = new LinkedHashMap<>();
        String field = "";
        StringBuilder pem = new StringBuilder();
        for (OldFiles.Line line : files.lines(file, file.toString())) {
            String text = line.text().strip();
            if (text.startsWith("-----BEGIN") || !pem.isEmpty()) {
                pem.append(text).append('\n');
                if (text.startsWith("-----END")) {
                    Optional<Map.Entry<DomainName, DomainName>> key = key(field, selectors, selector);
                    if (key.isPresent()) {
                        supply.fromText(key.get().getKey(), key.get().getValue(), pem.toString(), origin, field)
                                .ifPresent(made -> found.put(key.get().getKey(), made));
                    }
                    pem.setLength(0);
                }
            } else if (!text.isEmpty()) {
                field = text;
            }
        }
        return found;
    }
}
