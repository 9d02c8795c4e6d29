package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** The new policy while the old configuration is read. */
final class PolicyDraft {
    /** A key template: a key for every domain that there is a file for. */
    record Template(Optional<String> selector, String keyFile, boolean subdomains) {}

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> comments = new LinkedHashMap<>();
    private final List<String> header = new ArrayList<>();
    private final List<DraftEntry> entries = new ArrayList<>();
    private final List<Template> templates = new ArrayList<>();
    private final Set<DraftKey> withSubdomains = new LinkedHashSet<>();
    private final List<DraftKey> ofTemplates = new ArrayList<>();
    private List<IpNetwork> signNetworks = List.of();
    private String networksComment = "";

    /**
     * Sets a value.
     *
     * @param path the key with those above it, such as {@code dkim.clock-drift}
     * @param yaml the value as the file has it
     */
    void set(String path, String yaml) {
        settings.put(path, yaml);
    }

    void set(String path, String yaml, String comment) {
        settings.put(path, yaml);
        comments.put(path, comment);
    }

    void setList(String path, List<?> values) {
        settings.put(path, Yaml.list(values));
    }

    boolean has(String path) {
        return settings.containsKey(path);
    }

    Optional<String> value(String path) {
        return Optional.ofNullable(settings.get(path));
    }

    /** Adds a line of comment at the top of the file. */
    void addHeader(String line) {
        header.add(line);
    }

    void addEntries(List<DraftEntry> more) {
        entries.addAll(more);
    }

    void addTemplate(Template template) {
        templates.add(template);
    }

    /** Lets a key sign for the domains below its own as well. */
    void addSubdomains(DraftKey key) {
        withSubdomains.add(key);
    }

    /** Remembers a key that a template finds or that seals, for its record in the DNS. */
    void addRecord(DraftKey key) {
        ofTemplates.add(key);
    }

    /** Lets a key seal inbound mail. */
    void setSeal(DraftKey key) {
        set(
                "arc.seal",
                "{ domain: " + Yaml.text(key.domain().toString()) + ", selector: "
                        + Yaml.text(key.selector().toString()) + ", key-file: "
                        + Yaml.text(key.file().toString()) + " }");
        if (!keys().contains(key) && !ofTemplates.contains(key)) {
            addRecord(key);
        }
    }

    /** The keys that templates find now, and that of the seal if no signature has it. */
    List<DraftKey> ofTemplates() {
        return List.copyOf(ofTemplates);
    }

    /**
     * Lets MAIL FROM choose the keys in place of the author.
     *
     * @param below whether domains below count too
     */
    void replaceAuthorsByMailFrom(boolean below) {
        withSubdomains.clear();
        entries.replaceAll(entry -> {
            List<AddressPattern> patterns = new ArrayList<>(entry.authors());
            if (below) {
                entry.authors().forEach(pattern -> {
                    if (pattern instanceof AddressPattern.Domain(DomainName name)) {
                        patterns.add(new AddressPattern.Below(name));
                    }
                });
            }
            return new DraftEntry(List.of(), patterns, entry.recipients(), entry.keys(), entry.auid(), entry.comment());
        });
    }

    /** Lets the keys of one domain sign all mail. */
    void signAllWith(DomainName domain) {
        List<DraftKey> keys =
                keys().stream().filter(key -> key.domain().equals(domain)).toList();
        withSubdomains.clear();
        entries.clear();
        if (!keys.isEmpty()) {
            entries.add(DraftEntry.ofAuthors(List.of(new AddressPattern.Any()), keys, Optional.empty()));
        }
    }

    void signFor(List<IpNetwork> networks, String comment) {
        signNetworks = List.copyOf(networks);
        networksComment = comment;
    }

    List<IpNetwork> signNetworks() {
        return signNetworks;
    }

    String networksComment() {
        return networksComment;
    }

    Map<String, String> settings() {
        return new LinkedHashMap<>(settings);
    }

    Optional<String> comment(String path) {
        return Optional.ofNullable(comments.get(path));
    }

    List<String> header() {
        return List.copyOf(header);
    }

    List<DraftEntry> entries() {
        return List.copyOf(entries);
    }

    List<Template> templates() {
        return List.copyOf(templates);
    }

    boolean signsBelow(DraftKey key) {
        return withSubdomains.contains(key);
    }

    /** Every key that an entry uses, in the order of the entries. */
    List<DraftKey> keys() {
        Set<DraftKey> keys = new LinkedHashSet<>();
        entries.forEach(entry -> keys.addAll(entry.keys()));
        return List.copyOf(keys);
    }

    boolean signsAnything() {
        return !templates.isEmpty()
                || entries.stream().anyMatch(entry -> !entry.keys().isEmpty());
    }
}
