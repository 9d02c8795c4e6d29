package org.countersign.doctor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to change in {@link ExampleDomain}, and what a doctor finds then.
 *
 * @param id the finding
 * @param name the last change, cut, for the name of the test
 * @param changes as {@link TestZone#change} takes them
 * @param others findings that appear with it
 * @param isRepairable whether the finding tells a line to publish
 */
record FindingCase(
        FindingId id,
        Severity severity,
        String name,
        List<String> changes,
        DoctorRequest request,
        Set<FindingId> others,
        boolean isRepairable) {
    TestZone zone() {
        TestZone zone = ExampleDomain.clean();
        changes.forEach(zone::change);
        return zone;
    }

    Examination examine(TestZone zone) {
        return ExampleDomain.examine(zone, request);
    }

    Set<FindingId> expected() {
        Set<FindingId> all = EnumSet.of(id);
        all.addAll(others);
        return all;
    }

    String shown(Examination examination) {
        return examination.findings().stream()
                .map(finding -> finding.severity() + " " + finding.id().keyword() + " " + finding.name() + " \""
                        + finding.published() + "\": " + finding.sentence() + " " + finding.changes())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return id.keyword() + " " + severity + " " + name;
    }
}
