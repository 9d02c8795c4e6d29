package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** For each kind of finding the changes after which it appears. Written one after the other, for one kind at a time. */
final class FindingCases {
    static final List<FindingCase> ALL = all();

    private final List<FindingCase> all = new ArrayList<>();
    private FindingId id = FindingId.SPF_NONE;
    private Severity severity = Severity.ERROR;
    private DoctorRequest request = ExampleDomain.REQUEST;
    private Set<FindingId> others = Set.of();

    private static List<FindingCase> all() {
        FindingCases cases = new FindingCases();
        SpfCases.add(cases);
        DkimCases.add(cases);
        DmarcCases.add(cases);
        HostCases.add(cases);
        ConfigurationCases.add(cases);
        return List.copyOf(cases.all);
    }

    /** The cases that follow are of this kind. */
    FindingCases of(FindingId next) {
        id = next;
        severity = next.severity();
        request = ExampleDomain.REQUEST;
        others = Set.of();
        return this;
    }

    /** The next case has this severity, unlike others of its kind. */
    FindingCases as(Severity other) {
        severity = other;
        return this;
    }

    /** The next case is examined with this request. */
    FindingCases asked(DoctorRequest request) {
        this.request = request;
        return this;
    }

    /** The next case has these findings too. */
    FindingCases with(FindingId... companions) {
        others = Set.of(companions);
        return this;
    }

    /** The finding tells the line to publish. */
    FindingCases repaired(String... changes) {
        return add(true, changes);
    }

    /** The finding tells no line, because what is meant is not known. */
    FindingCases told(String... changes) {
        return add(false, changes);
    }

    private FindingCases add(boolean repairable, String... changes) {
        String name = changes.length == 0 ? "" : changes[changes.length - 1];
        all.add(new FindingCase(
                id,
                severity,
                name.length() > 60 ? name.substring(0, 60) : name,
                List.of(changes),
                request,
                others,
                repairable));
        return of(id);
    }

    /** Two changes and more of them. */
    static String[] changes(String first, String second, String... more) {
        List<String> all = new ArrayList<>(List.of(first, second));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
