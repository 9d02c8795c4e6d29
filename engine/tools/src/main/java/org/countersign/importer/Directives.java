package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.service.FileFailure;

/** The directives of a configuration by their names. Of several with one name the last one counts. */
final class Directives {
    private final Map<String, Directive> byName = new LinkedHashMap<>();
    private final DirectiveCatalog catalog;
    private final Findings findings;

    /**
     * Reads a file and those that it includes.
     *
     * @throws FileFailure if a file cannot be read, or the old program would refuse it
     */
    static Directives read(OldFiles files, Path file, DirectiveCatalog catalog, Findings findings) throws FileFailure {
        return new Directives(DirectiveFile.read(files, file, catalog, findings), catalog, findings);
    }

    private Directives(List<Directive> all, DirectiveCatalog catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
        for (Directive directive : all) {
            Directive earlier = byName.put(directive.name(), directive);
            if (earlier != null) {
                findings.add(
                        FindingClass.DEAD,
                        earlier,
                        "Line " + directive.origin() + " has the same name, and the last one counts.");
            }
        }
    }

    Optional<Directive> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    boolean isTrue(String name) {
        return find(name).filter(Directive::isTrue).isPresent();
    }

    List<Directive> all() {
        return new ArrayList<>(byName.values());
    }

    /** Adds a finding for each directive that needs no translation. */
    void reportUntranslated() {
        for (Directive directive : byName.values()) {
            DirectiveCatalog.Rule rule = catalog.find(directive.name()).orElseThrow();
            rule.kind().ifPresent(kind -> {
                boolean without = kind.compareTo(FindingClass.KEPT) < 0 && rule.isDefault(directive.value());
                findings.add(
                        without ? FindingClass.DEFAULT : kind,
                        directive,
                        without ? "The same as without the line." : rule.explanation());
            });
        }
    }
}
