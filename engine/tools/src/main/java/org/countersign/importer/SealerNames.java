package org.countersign.importer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;

/** The domains of a list of ARC sealers. A word that cannot be the {@code d=} of a seal is told, and left out. */
final class SealerNames {
    private final Findings findings;
    private final Set<DomainName> names = new LinkedHashSet<>();

    SealerNames(Findings findings) {
        this.findings = findings;
    }

    /** Adds a word of the list, which has to be a domain of two labels at least. */
    void add(String word, Origin origin) {
        ValueType.DOMAIN_NAME
                .parse(word)
                .filter(name -> name.labelCount() > 1)
                .ifPresentOrElse(
                        names::add,
                        () -> findings.add(
                                FindingClass.DEAD,
                                origin,
                                SecretFreeText.hidden(word),
                                "It is no domain that a seal can have, and is left out. If the line is a comment, it lacks #; if it"
                                        + " means a sealer, write its domain as the first word."));
    }

    List<DomainName> names() {
        return List.copyOf(names);
    }
}
