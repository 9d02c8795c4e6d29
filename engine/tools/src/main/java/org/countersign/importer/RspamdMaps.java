package org.countersign.importer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/**
 * Reads options of rspamd whose value is a map: the name of a file with a type before it, a section, or the text itself.
 */
final class RspamdMaps {
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

    private final Ucl.Section options;
    private final OldFiles files;
    private final Findings findings;

    RspamdMaps(Ucl.Section options, OldFiles files, Findings findings) {
        this.options = options;
        this.files = files;
        this.findings = findings;
    }

    /** The name of the file of a map, without the type of the map before it; a text that is none stays. */
    static String file(String text) {
        String path = text;
        for (String prefix : MAP_TYPES) {
            path = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        }
        return path;
    }

    /** The second word of a line, without the quotation marks around it, and where it is. */
    record Value(String text, Origin origin) {}

    /** A map of domains to words; of two lines for one domain the first counts. */
    Map<DomainName, Value> byDomain(String option) throws FileFailure {
        Map<DomainName, Value> found = new LinkedHashMap<>();
        for (Ucl value : options.all(option)) {
            if (value instanceof Ucl.Section inline) {
                for (String key : inline.keys().keySet()) {
                    inline.text(key).ifPresent(text -> put(found, List.of(key, text.text()), text.origin()));
                }
            } else if (value instanceof Ucl.Text(String text, boolean quoted, Origin origin)) {
                String path = file(text);
                if (path.startsWith("/")) {
                    for (OldFiles.Line line : files.lines(path)) {
                        put(found, Words.ofLine(Words.withoutComment(line.text())), line.origin());
                    }
                } else if (path.contains("://")) {
                    overTheNetwork(option, origin);
                } else {
                    put(found, Words.ofLine(text), origin);
                }
            }
        }
        return found;
    }

    /** The first words of the lines of a map, each once, and where they are. */
    Map<String, Origin> words(String option) throws FileFailure {
        Map<String, Origin> found = new LinkedHashMap<>();
        for (Ucl value : options.all(option)) {
            if (value instanceof Ucl.Text(String text, boolean quoted, Origin origin)) {
                String path = file(text);
                if (path.startsWith("/")) {
                    for (OldFiles.Line line : files.lines(path)) {
                        List<String> words = Words.ofLine(Words.withoutComment(line.text()));
                        if (!words.isEmpty()) {
                            found.putIfAbsent(words.getFirst(), line.origin());
                        }
                    }
                } else if (path.contains("://")) {
                    overTheNetwork(option, origin);
                } else {
                    found.putIfAbsent(text, origin);
                }
            }
        }
        return found;
    }

    private void overTheNetwork(String option, Origin origin) {
        findings.add(
                FindingClass.LOST,
                origin,
                option,
                "A map that comes over the network is not read: write it to a file.");
    }

    private void put(Map<DomainName, Value> map, List<String> words, Origin origin) {
        if (words.isEmpty()) {
            return;
        }
        Optional<DomainName> key = ValueType.DOMAIN_NAME.parse(words.getFirst().replace("\"", ""));
        if (words.size() < 2 || key.isEmpty()) {
            findings.addOnce(
                    FindingClass.DEAD,
                    origin,
                    SecretFreeText.hidden(words.getFirst()),
                    key.isEmpty()
                            ? "It is no domain, and matches nothing: a line has a domain, a blank and a value."
                            : "The line has no value behind the domain, and says nothing.");
            return;
        }
        String value = words.get(1);
        key.ifPresent(domain -> {
            if (value.indexOf('"') >= 0) {
                findings.addOnce(
                        FindingClass.CHANGED,
                        origin,
                        domain + " " + value,
                        "rspamd takes quotation marks around a value for a part of it: it found no such file, or wrote them into the"
                                + " signature. They are left out here.");
            }
            map.putIfAbsent(domain, new Value(value.replace("\"", ""), origin));
        });
    }
}
