package org.countersign.reports.view;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.NamedSources.NamedSource;

/** The names of a domain's sources for people: what a person called them, else the name of a mail service. */
final class SourceTitles {
    private final MailServices services;
    private final int maxTitles;
    private final Map<String, NamedSource> named = new HashMap<>();
    private final Map<String, String> titles = new HashMap<>();

    SourceTitles(MailServices services, List<NamedSource> named, ViewLimits limits) {
        this.services = services;
        // Known sources, and as many that make signatures.
        this.maxTitles = 2 * limits.sources();
        named.forEach(source -> this.named.put(source.source(), source));
    }

    /** The name of a source of the sums. */
    String title(String source) {
        String known = titles.get(source);
        if (known == null) {
            known = find(source);
            if (titles.size() < maxTitles) {
                titles.put(source, known);
            }
        }
        return known;
    }

    private String find(String source) {
        String service = services.title(source);
        NamedSource given = named.getOrDefault(service, named.get(source));
        return given == null ? service : given.name();
    }

    /** The sources of the sums whose name was asked for until now, within the limits. */
    Set<String> asked() {
        return titles.keySet();
    }

    /** The sources of the sums that may have a name. */
    Set<String> sources(String title) {
        Set<String> sources = new TreeSet<>(services.domains(title));
        sources.add(title);
        named.values().stream().filter(source -> source.name().equals(title)).forEach(source -> {
            sources.addAll(services.domains(source.source()));
            sources.add(source.source());
        });
        return sources;
    }

    /** Whether a person gave this name. */
    boolean isGiven(String title) {
        return named.values().stream().anyMatch(source -> source.name().equals(title));
    }

    /** The names of sources of which a person said that they send for the domain. */
    Set<String> senders() {
        return named.values().stream()
                .filter(NamedSource::sends)
                .map(NamedSource::name)
                .collect(Collectors.toSet());
    }
}
