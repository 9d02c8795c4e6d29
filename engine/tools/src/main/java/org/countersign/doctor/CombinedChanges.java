package org.countersign.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * What to publish for all findings of a domain together. Each finding tells what corrects it alone: two findings about one
 * record tell two lines, and publishing both would give two records. Here every name gets one line that corrects all.
 */
final class CombinedChanges {
    // A record has seldom more than five mistakes, and each round corrects one.
    private static final int MAX_ROUNDS = 12;

    private CombinedChanges() {}

    /**
     * @param lookups the DNS as it is
     * @param examine gives what would be found in another DNS
     * @return at most one change for each name and type, in the order of the findings
     */
    static List<DnsChange> of(List<Finding> findings, DnsLookups lookups, Function<DnsLookups, List<Finding>> examine) {
        ChangedLookups changed = new ChangedLookups(lookups);
        Set<DnsChange> applied = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        // What appears only in the changed DNS was not told to anybody, and is for another examination.
        Set<FindingId> told = findings.stream().map(Finding::id).collect(Collectors.toSet());
        List<Finding> left = findings;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Set<String> now = new LinkedHashSet<>();
            boolean again = false;
            for (DnsChange change : changes(left, told)) {
                if (applied.contains(change)) {
                    continue;
                }
                if (now.add(place(change))) {
                    applied.add(change);
                    names.add(place(change));
                    changed.apply(change);
                } else {
                    again = true;
                }
            }
            if (!again) {
                break;
            }
            left = examine.apply(changed);
        }
        List<DnsChange> combined = new ArrayList<>();
        for (String place : names) {
            List<DnsChange> of = applied.stream()
                    .filter(change -> place(change).equals(place))
                    .toList();
            combined.addAll(of.size() == 1 ? of : whole(of.getFirst(), changed));
        }
        return List.copyOf(combined);
    }

    private static List<DnsChange> changes(List<Finding> findings, Set<FindingId> told) {
        return findings.stream()
                .filter(finding -> told.contains(finding.id()))
                .flatMap(finding -> finding.changes().stream())
                .toList();
    }

    private static String place(DnsChange change) {
        return change.type() + " " + change.name();
    }

    /** The difference between before and after all changes of a name. */
    private static List<DnsChange> whole(DnsChange first, ChangedLookups changed) {
        Optional<DomainName> name = DomainName.parseQueryName(first.name());
        if (name.isEmpty() || !first.type().equals("TXT")) {
            return List.of(first);
        }
        List<String> remove = new ArrayList<>(changed.before(name.get()));
        remove.removeAll(changed.after(name.get()));
        List<String> publish = new ArrayList<>(changed.after(name.get()));
        publish.removeAll(changed.before(name.get()));
        return remove.isEmpty() && publish.isEmpty()
                ? List.of()
                : List.of(new DnsChange(first.name(), first.type(), remove, publish));
    }
}
