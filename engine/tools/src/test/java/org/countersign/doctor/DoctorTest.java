package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.doctor.ExampleDomain.DOMAIN;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each kind of finding a DNS in which exactly this one appears, and which the line to publish repairs. */
class DoctorTest {
    static List<FindingCase> cases() {
        return FindingCases.ALL;
    }

    private static List<FindingId> ids(Examination examination) {
        return examination.findings().stream().map(Finding::id).toList();
    }

    @Test
    void aDomainInOrderHasNoFinding() {
        assertThat(ExampleDomain.examine(ExampleDomain.clean(), ExampleDomain.REQUEST)
                        .findings())
                .isEmpty();
    }

    @Test
    void everyKindOfFindingHasADomainInWhichItAppears() {
        Set<FindingId> missing = EnumSet.allOf(FindingId.class);
        FindingCases.ALL.forEach(each -> missing.remove(each.id()));
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyThisFindingAppears(FindingCase example) {
        Examination examination = example.examine(example.zone());
        assertThat(ids(examination)).as(() -> example.shown(examination)).hasSameElementsAs(example.expected());
        assertThat(ids(examination)).contains(example.id());
        Finding finding = examination.findings().stream()
                .filter(each -> each.id() == example.id())
                .findFirst()
                .orElseThrow();
        assertThat(finding.severity()).isEqualTo(example.severity());
        assertThat(finding.sentence()).matches("(?s).*[.?]").doesNotContain("  ");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theLineToPublishRepairsItAndAddsNoError(FindingCase example) {
        TestZone zone = example.zone();
        Examination before = example.examine(zone);
        List<DnsChange> changes = before.findings().stream()
                .filter(finding -> finding.id() == example.id())
                .flatMap(finding -> finding.changes().stream())
                .toList();
        assertThat(!changes.isEmpty()).as(() -> example.shown(before)).isEqualTo(example.isRepairable());
        if (changes.isEmpty()) {
            return;
        }
        changes.forEach(zone::apply);
        Examination after = example.examine(zone);
        assertThat(ids(after)).as(() -> example.shown(after)).doesNotContain(example.id());
        Set<FindingId> errors = after.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::id)
                .collect(Collectors.toSet());
        assertThat(errors).as(() -> example.shown(after)).isSubsetOf(ids(before));
    }

    @Test
    void anAddressBehindAllDoesNotBeginToPassWhenAllIsCorrected() {
        TestZone zone = ExampleDomain.clean()
                .change("- example.org TXT")
                .change("example.org TXT v=spf1 mx a:gone.example.org ?all ip4:44.9.9.9 foo=bar");
        assertThat(ExampleDomain.examine(zone, ExampleDomain.REQUEST).publish())
                .singleElement()
                .satisfies(change -> assertThat(change.publish()).containsExactly("v=spf1 mx foo=bar ~all"));
    }

    @Test
    void aDamagedKeyRecordTellsAllThatItHidesWithoutRepeatingTheRecord() {
        String published = "\"v=DKIM2; k=rsa; k=rsa; h=sha1; s=tlsrpt; t=y; x=1; p=" + ExampleDomain.KEY_DATA + "\"";
        TestZone zone = ExampleDomain.clean()
                .change("- s1._domainkey.example.org TXT")
                .change("s1._domainkey.example.org TXT " + published);
        Examination examination = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        assertThat(ids(examination))
                .containsExactly(
                        FindingId.DKIM_QUOTED,
                        FindingId.DKIM_VERSION,
                        FindingId.DKIM_DUPLICATE_TAG,
                        FindingId.DKIM_HASH,
                        FindingId.DKIM_SERVICE,
                        FindingId.DKIM_TESTING);
        assertThat(examination.findings())
                .extracting(Finding::published)
                .containsExactly(published, "", "", "", "", "");
        assertThat(examination.publish())
                .singleElement()
                .satisfies(change ->
                        assertThat(change.publish()).containsExactly("v=DKIM1; k=rsa; p=" + ExampleDomain.KEY_DATA));
    }

    @Test
    void aKeyRecordWithTooManyTagsIsToldAsThatAndNotAsABadKey() {
        String tags =
                IntStream.range(0, 64).mapToObj(number -> "; x" + number + "=1").collect(Collectors.joining());
        TestZone zone = ExampleDomain.clean()
                .change("- s1._domainkey.example.org TXT")
                .change("s1._domainkey.example.org TXT v=DKIM1" + tags + "; p=" + ExampleDomain.KEY_DATA);
        Examination examination = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        assertThat(examination.findings())
                .extracting(Finding::sentence)
                .containsExactly("The record has more than 64 tags, so that it is not read. Eight are defined.");
        assertThat(examination.publish())
                .singleElement()
                .satisfies(
                        change -> assertThat(change.publish()).containsExactly("v=DKIM1; p=" + ExampleDomain.KEY_DATA));
    }

    @Test
    void aResolverThatIsAwayIsToldOnceAndNothingIsCalledMissing() {
        TestZone zone = ExampleDomain.clean()
                .change("!fail example.org TXT")
                .change("!fail s1._domainkey.example.org TXT")
                .change("!fail _dmarc.example.org TXT");
        Examination examination = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        assertThat(examination.findings())
                .filteredOn(finding -> finding.id() == FindingId.DNS_UNAVAILABLE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence())
                        .startsWith("3 queries gave no answer: ")
                        .contains("example.org", "s1._domainkey.example.org", "_dmarc.example.org"));
        assertThat(Outputs.text(examination, Outputs.PIPED))
                .contains(
                        "DKIM   no key found, but not every query was answered\n",
                        "DMARC  policy not known, because a query gave no answer\n")
                .doesNotContain("no policy applies");
    }

    @Test
    void aDomainThatDoesNotExistIsTheFirstFindingAndHasNothingToPublish() {
        TestZone zone = TestZone.of("_dmarc.org TXT v=DMARC1; p=non");
        DoctorRequest request = ExampleRequest.from(ExampleDomain.SENDER);
        Examination examination = ExampleDomain.examine(zone, request);
        assertThat(ids(examination)).startsWith(FindingId.DOMAIN_MISSING);
        assertThat(examination.findings().getFirst().sentence()).contains("(NXDOMAIN)");
        assertThat(examination.findings())
                .extracting(Finding::name)
                .filteredOn(name -> name.endsWith("example.org"))
                .hasSize(1);
        assertThat(examination.publish()).noneMatch(change -> change.name().endsWith("example.org"));
    }

    /** A server may deny a name that has names below it, against RFC 8020. */
    @Test
    void aDomainWithRecordsBelowItExists() {
        TestZone zone = TestZone.of("_dmarc.example.org TXT v=DMARC1; p=reject").change("!denied example.org");
        assertThat(ids(ExampleDomain.examine(zone, ExampleDomain.REQUEST)))
                .contains(FindingId.SPF_NONE)
                .doesNotContain(FindingId.DOMAIN_MISSING);
    }

    @Test
    void theSameKeyOfAnotherOrganizationIsAWarning() {
        TestZone zone = ExampleDomain.clean().change("s1._domainkey.example.net TXT " + ExampleDomain.KEY);
        Doctor doctor = ExampleDomain.doctor(zone);
        doctor.examine(DOMAIN, ExampleDomain.REQUEST);
        assertThat(doctor.examine(org.countersign.domain.DomainName.of("example.net"), ExampleDomain.REQUEST)
                        .findings())
                .filteredOn(finding -> finding.id() == FindingId.DKIM_SHARED)
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARNING));
    }
}
