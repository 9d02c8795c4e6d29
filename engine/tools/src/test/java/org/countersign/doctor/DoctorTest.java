package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.doctor.Faults.DOMAIN;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.doctor.Faults.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each kind of finding a DNS in which exactly this one appears, and which the line to publish repairs. */
class DoctorTest {
    static List<Fault> faults() {
        return Faults.ALL;
    }

    private static List<FindingId> ids(Examination examination) {
        return examination.findings().stream().map(Finding::id).toList();
    }

    @Test
    void aDomainInOrderHasNoFinding() {
        assertThat(Faults.examine(Faults.clean(), Faults.REQUEST).findings()).isEmpty();
    }

    @Test
    void everyKindOfFindingHasADomainInWhichItAppears() {
        Set<FindingId> missing = EnumSet.allOf(FindingId.class);
        Faults.ALL.forEach(fault -> missing.remove(fault.id()));
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void exactlyThisFindingAppears(Fault fault) {
        Examination examination = fault.examine(fault.zone());
        assertThat(ids(examination)).as(() -> fault.shown(examination)).hasSameElementsAs(fault.expected());
        assertThat(ids(examination)).contains(fault.id());
        Finding finding = examination.findings().stream()
                .filter(each -> each.id() == fault.id())
                .findFirst()
                .orElseThrow();
        assertThat(finding.severity()).isEqualTo(fault.severity());
        assertThat(finding.sentence()).matches("(?s).*[.?]").doesNotContain("  ");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theLineToPublishRepairsItAndAddsNoError(Fault fault) {
        TestZone zone = fault.zone();
        Examination before = fault.examine(zone);
        List<DnsChange> changes = before.findings().stream()
                .filter(finding -> finding.id() == fault.id())
                .flatMap(finding -> finding.changes().stream())
                .toList();
        assertThat(!changes.isEmpty()).as(() -> fault.shown(before)).isEqualTo(fault.isRepairable());
        if (changes.isEmpty()) {
            return;
        }
        changes.forEach(zone::apply);
        Examination after = fault.examine(zone);
        assertThat(ids(after)).as(() -> fault.shown(after)).doesNotContain(fault.id());
        Set<FindingId> errors = after.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::id)
                .collect(Collectors.toSet());
        assertThat(errors).as(() -> fault.shown(after)).isSubsetOf(ids(before));
    }

    @Test
    void anAddressBehindAllDoesNotBeginToPassWhenAllIsCorrected() {
        TestZone zone = Faults.clean()
                .change("- example.org TXT")
                .change("example.org TXT v=spf1 mx a:gone.example.org ?all ip4:44.9.9.9 foo=bar");
        assertThat(Faults.examine(zone, Faults.REQUEST).publish())
                .singleElement()
                .satisfies(change -> assertThat(change.publish()).containsExactly("v=spf1 mx foo=bar ~all"));
    }

    @Test
    void theSameKeyOfAnotherOrganizationIsAWarning() {
        TestZone zone = Faults.clean().change("s1._domainkey.example.net TXT " + Faults.KEY);
        Doctor doctor = Faults.doctor(zone);
        doctor.examine(DOMAIN, Faults.REQUEST);
        assertThat(doctor.examine(org.countersign.domain.DomainName.of("example.net"), Faults.REQUEST)
                        .findings())
                .filteredOn(finding -> finding.id() == FindingId.DKIM_SHARED)
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
    }
}
