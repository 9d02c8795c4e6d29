package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.config.KeyFilePattern;
import org.countersign.domain.DomainName;
import org.countersign.service.FileFailure;

/**
 * The names of key files, in which something stands for the domain.
 *
 * @param pattern in our notation
 */
record PathTemplate(KeyFilePattern pattern) {
    /** The template of a text in which a word stands for the domain. */
    static PathTemplate of(String path, String domain) {
        return new PathTemplate(new KeyFilePattern(path.replace(domain, "{domain}")));
    }

    /** A file that is there, and what its name says. */
    record Found(String file, KeyFilePattern.Match match) {}

    /** The files that are there. */
    List<Found> files(OldFiles files) throws FileFailure {
        List<Found> reached = List.of(
                new Found("", new KeyFilePattern.Match(java.util.Optional.empty(), java.util.Optional.empty())));
        for (String part : Words.split(pattern.text(), '/')) {
            if (part.isEmpty()) {
                continue;
            }
            List<Found> next = new ArrayList<>();
            for (Found each : reached) {
                if (KeyFilePattern.isVariable(part)) {
                    for (String name : files.list(each.file + "/")) {
                        KeyFilePattern.match(part, name)
                                .flatMap(each.match::and)
                                .ifPresent(match -> next.add(new Found(each.file + "/" + name, match)));
                    }
                } else {
                    next.add(new Found(each.file + "/" + part, each.match));
                }
            }
            reached = next;
        }
        List<Found> existing = new ArrayList<>();
        for (Found each : reached) {
            if (files.exists(each.file)) {
                existing.add(each);
            }
        }
        return existing;
    }

    /** The domains in the names of the files that are there. */
    Set<DomainName> domains(OldFiles files) throws FileFailure {
        Set<DomainName> domains = new TreeSet<>();
        for (Found found : files(files)) {
            found.match().domain().ifPresent(domains::add);
        }
        return domains;
    }
}
