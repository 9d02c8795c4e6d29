package org.countersign.importer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * What a program knows of its configuration file: the names of all directives, their types, and what becomes of those
 * that need no translation. Read from a table in the resources, which can be compared with the manual line by line.
 */
final class DirectiveCatalog {
    static final DirectiveCatalog OPENDKIM = new DirectiveCatalog("opendkim.txt");
    static final DirectiveCatalog DKIMPY = new DirectiveCatalog("dkimpy.txt");
    static final DirectiveCatalog OPENDMARC = new DirectiveCatalog("opendmarc.txt");
    static final DirectiveCatalog POLICYD_SPF = new DirectiveCatalog("policyd-spf.txt");
    static final DirectiveCatalog RSPAMD = new DirectiveCatalog("rspamd.txt");
    static final DirectiveCatalog RSPAMD_ARC = new DirectiveCatalog("rspamd-arc.txt");

    private static final int COLUMNS = 5;

    private final Map<String, Rule> rules = new LinkedHashMap<>();

    /** The type of a value. */
    enum Type {
        STRING,
        BOOLEAN,
        INTEGER,
        DATASET,
        /** Of another version or fork: the value is not examined. */
        UNKNOWN
    }

    /**
     * What becomes of a directive.
     *
     * @param byDefault the value without the directive; empty where there is none
     * @param kind the class of a finding; empty for a directive that has code of its own
     * @param explanation of the finding
     */
    record Rule(String name, Type type, String byDefault, Optional<FindingClass> kind, String explanation) {
        /** Whether a value is what applies without the directive. */
        boolean isDefault(String value) {
            if (type == Type.BOOLEAN) {
                return Directive.flag(value).equals(Directive.flag(byDefault.isEmpty() ? "no" : byDefault));
            }
            return value.equalsIgnoreCase(byDefault);
        }
    }

    private DirectiveCatalog(String resource) {
        try (InputStream in = Objects.requireNonNull(DirectiveCatalog.class.getResourceAsStream(resource), resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line : (Iterable<String>) reader.lines()::iterator) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(line);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void add(String line) {
        List<String> columns = Words.split(line, '|');
        if (columns.size() != COLUMNS) {
            throw new IllegalStateException("a line of the catalog has not five columns: " + line);
        }
        String kind = columns.get(3);
        Rule rule = new Rule(
                columns.get(0),
                Type.valueOf(columns.get(1).toUpperCase(Locale.ROOT)),
                columns.get(2),
                kind.isEmpty() ? Optional.empty() : Optional.of(FindingClass.valueOf(kind.toUpperCase(Locale.ROOT))),
                columns.get(4));
        rules.put(Ascii.lower(rule.name()), rule);
    }

    /** The rule of a name in any case. */
    Optional<Rule> find(String name) {
        return Optional.ofNullable(rules.get(Ascii.lower(name)));
    }

    /** The names that a version which is known here accepts. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        rules.values().stream().filter(rule -> rule.type() != Type.UNKNOWN).forEach(rule -> names.add(rule.name()));
        return names;
    }
}
