package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** Writes the new policy as a policy file and, if there are many keys, a table file. */
final class PolicyText {
    /** The number of keys from which a table file is easier to keep than items in the policy file. */
    static final int MIN_TABLE_LINES = 11;

    private static final List<String> SECTIONS = List.of("dns", "inbound", "dkim", "dmarc", "indirect-flow", "arc");
    private static final int MAX_INLINE_NETWORKS = 4;

    private final PolicyDraft draft;
    private final List<DraftEntry> entries;
    private final boolean mayUseTable;
    private final StringBuilder yaml = new StringBuilder();
    private final StringBuilder table = new StringBuilder();

    private PolicyText(PolicyDraft draft, boolean mayUseTable) {
        this.draft = draft;
        this.entries = EntryOrder.merged(draft.entries());
        this.mayUseTable = mayUseTable;
    }

    /**
     * The texts.
     *
     * @param policy the policy file
     * @param table the table file that it names; empty for none
     */
    record Texts(String policy, Optional<String> table) {}

    /**
     * Writes a policy.
     *
     * @param mayUseTable whether a second file can be written
     */
    static Texts of(PolicyDraft draft, boolean mayUseTable) {
        PolicyText text = new PolicyText(draft, mayUseTable);
        text.write();
        return new Texts(
                text.yaml.toString(), text.table.isEmpty() ? Optional.empty() : Optional.of(text.table.toString()));
    }

    private void write() {
        draft.header().forEach(line -> yaml.append(Yaml.comment(line)).append('\n'));
        draft.settings().forEach((path, value) -> {
            if (path.indexOf('.') < 0) {
                line("", path, value, draft.comment(path));
            }
        });
        SECTIONS.forEach(this::writeSection);
        if (draft.signsAnything()) {
            writeSigning();
        }
    }

    private void line(String indent, String key, String value, Optional<String> comment) {
        yaml.append(indent).append(key).append(": ").append(value);
        comment.ifPresent(text -> yaml.append("   ").append(Yaml.comment(text)));
        yaml.append('\n');
    }

    private void writeSection(String section) {
        Map<String, String> inside = settingsOf(section);
        if (!inside.isEmpty()) {
            yaml.append(section).append(":\n");
            inside.forEach((key, value) -> line("  ", key, value, draft.comment(section + "." + key)));
        }
    }

    private Map<String, String> settingsOf(String section) {
        Map<String, String> inside = new LinkedHashMap<>();
        draft.settings().forEach((path, value) -> {
            if (path.startsWith(section + ".")) {
                inside.put(path.substring(section.length() + 1), value);
            }
        });
        return inside;
    }

    private void writeSigning() {
        yaml.append("signing:\n");
        writeWhen();
        if (usesTable()) {
            writeTableFile();
        } else {
            writeKeys();
            writeTable();
        }
        settingsOf("signing").forEach((key, value) -> {
            if (!key.startsWith("when.")) {
                line("  ", key, value, draft.comment("signing." + key));
            }
        });
    }

    private void writeWhen() {
        List<IpNetwork> networks = draft.signNetworks();
        yaml.append("  when:\n");
        line("    ", "authenticated", draft.value("signing.when.authenticated").orElse("true"), Optional.empty());
        Optional<String> comment = Optional.of(draft.networksComment()).filter(text -> !text.isEmpty());
        if (networks.size() <= MAX_INLINE_NETWORKS) {
            line(
                    "    ",
                    "networks",
                    Yaml.list(networks.stream().map(Networks::text).toList()),
                    comment);
        } else {
            yaml.append("    networks:");
            comment.ifPresent(text -> yaml.append("   ").append(Yaml.comment(text)));
            yaml.append('\n');
            networks.forEach(network -> yaml.append("      - ")
                    .append(Yaml.text(Networks.text(network)))
                    .append('\n'));
        }
        line("    ", "daemon-names", draft.value("signing.when.daemon-names").orElse("[]"), Optional.empty());
    }

    /** Whether all keys can be in the table file: it has author patterns and keys, and nothing else. */
    private boolean usesTable() {
        if (!mayUseTable
                || draft.keys().size() < MIN_TABLE_LINES
                || !draft.templates().isEmpty()) {
            return false;
        }
        boolean special = false;
        for (int index = entries.size() - 1; index >= 0; index--) {
            DraftEntry entry = entries.get(index);
            boolean lines = entry.isPlain()
                    && entry.comment().isEmpty()
                    && !entry.keys().isEmpty();
            // Entries of signing.table are tried before all lines, so those without keys must come first.
            special |= !lines;
            if ((lines && special)
                    || (!lines && !entry.keys().isEmpty())
                    || entry.keys().stream().anyMatch(draft::signsBelow)) {
                return false;
            }
        }
        return true;
    }

    private void writeTableFile() {
        table.append("# author   domain   selector   key file\n");
        List<DraftEntry> inPolicy = new ArrayList<>();
        for (DraftEntry entry : entries) {
            if (entry.keys().isEmpty()) {
                inPolicy.add(entry);
            }
            for (AddressPattern author : entry.authors()) {
                for (DraftKey key : entry.keys()) {
                    table.append(author)
                            .append("   ")
                            .append(key.domain())
                            .append("   ")
                            .append(key.selector())
                            .append("   ")
                            .append(word(key.file().toString()))
                            .append('\n');
                }
            }
        }
        if (!inPolicy.isEmpty()) {
            yaml.append("  table:\n");
            inPolicy.forEach(this::writeEntry);
        }
        line("  ", "table-file", "domains.table", Optional.empty());
    }

    private static String word(String file) {
        return file.chars().anyMatch(c -> c <= ' ' || c == '#' || c == '\'') ? '"' + file + '"' : file;
    }

    private record KeyFile(DomainName selector, String file, boolean subdomains) {}

    private void writeKeys() {
        Map<KeyFile, Set<DomainName>> items = new LinkedHashMap<>();
        for (DraftKey key : draft.keys()) {
            items.computeIfAbsent(
                            new KeyFile(key.selector(), key.file().toString(), draft.signsBelow(key)),
                            unused -> new LinkedHashSet<>())
                    .add(key.domain());
        }
        yaml.append("  keys:\n");
        items.forEach((item, domains) -> {
            yaml.append("    - ");
            yaml.append(
                    domains.size() == 1
                            ? "domain: " + Yaml.text(domains.iterator().next().toString())
                            : "domains: " + Yaml.list(List.copyOf(domains)));
            yaml.append("\n      selector: ")
                    .append(Yaml.text(item.selector().toString()))
                    .append("\n      key-file: ")
                    .append(Yaml.text(item.file()))
                    .append(item.subdomains() ? "\n      subdomains: true\n" : "\n");
        });
        for (PolicyDraft.Template template : draft.templates()) {
            yaml.append("    - domains: [\"*\"]\n");
            template.selector()
                    .ifPresent(selector -> yaml.append("      selector: ")
                            .append(Yaml.text(selector))
                            .append('\n'));
            yaml.append("      key-file: ")
                    .append(Yaml.text(template.keyFile()))
                    .append(template.subdomains() ? "\n      subdomains: true\n" : "\n");
        }
    }

    private void writeTable() {
        if (saysWhatKeysSay()) {
            return;
        }
        yaml.append("  table:\n");
        entries.forEach(this::writeEntry);
        if (needsEnd()) {
            writeEntry(DraftEntry.unsigned(List.of(new AddressPattern.Any()), "nothing else was signed"));
        }
    }

    private void writeEntry(DraftEntry entry) {
        List<String> parts = new ArrayList<>();
        addPatterns(parts, "author", entry.authors());
        addPatterns(parts, "mail-from", entry.mailFrom());
        addPatterns(parts, "recipient", entry.recipients());
        parts.add("keys: " + Yaml.list(names(entry)));
        entry.auid().ifPresent(auid -> parts.add("auid: " + Yaml.text(auid)));
        yaml.append("    - { ").append(String.join(", ", parts)).append(" }");
        if (!entry.comment().isEmpty()) {
            yaml.append("   ").append(Yaml.comment(entry.comment()));
        }
        yaml.append('\n');
    }

    private static void addPatterns(List<String> parts, String key, List<AddressPattern> patterns) {
        if (!patterns.isEmpty()) {
            parts.add(key + ": " + Yaml.list(patterns));
        }
    }

    /** The keys of an entry by the names of their domains, or where a domain has more keys, of their records. */
    private List<String> names(DraftEntry entry) {
        Map<DomainName, Set<DraftKey>> all = draft.keys().stream()
                .collect(Collectors.groupingBy(DraftKey::domain, TreeMap::new, Collectors.toSet()));
        Set<String> names = new LinkedHashSet<>();
        for (DraftKey key : entry.keys()) {
            boolean whole = entry.keys().containsAll(all.getOrDefault(key.domain(), Set.of()));
            names.add(whole ? key.domain().toString() : key.recordName());
        }
        return List.copyOf(names);
    }

    /** Whether every entry is that the keys of a domain sign for it, which needs no table. */
    private boolean saysWhatKeysSay() {
        Map<DomainName, Set<DraftKey>> all =
                draft.keys().stream().collect(Collectors.groupingBy(DraftKey::domain, Collectors.toSet()));
        Set<DomainName> own = new LinkedHashSet<>();
        for (DraftEntry entry : draft.entries()) {
            if (!entry.isPlain()
                    || entry.authors().size() != 1
                    || !(entry.authors().getFirst() instanceof AddressPattern.Domain(DomainName name))
                    || !Set.copyOf(entry.keys()).equals(all.getOrDefault(name, Set.of()))) {
                return false;
            }
            own.add(name);
        }
        return own.equals(all.keySet());
    }

    /** Whether a key would sign for its own domain although no line of the old table says so. */
    private boolean needsEnd() {
        return draft.templates().isEmpty()
                && draft.keys().stream()
                        .map(key -> new AddressPattern.Domain(key.domain()))
                        .anyMatch(domain -> draft.entries().stream()
                                .noneMatch(entry -> entry.mailFrom().isEmpty()
                                        && entry.recipients().isEmpty()
                                        && entry.authors().stream().anyMatch(pattern -> pattern.covers(domain))));
    }
}
