package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;

/** What holds for any records. */
class DoctorProperties {
    private static final List<String> NAMES = List.of("example.org", "s1._domainkey.example.org", "_dmarc.example.org");

    /** Damaged records: a valid one with a piece of octets of any kind in the place of another. */
    @Provide
    Arbitrary<String> damaged() {
        Arbitrary<String> valid = Arbitraries.of(
                "v=spf1 ip4:44.128.1.0/24 include:_spf.provider.net mx a:mail.example.org -all",
                "v=spf1 redirect=_spf.provider.net",
                "v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.org,mailto:x@provider.net!10m; fo=1",
                "v=DKIM1; k=rsa; h=sha256; t=s; p=" + ExampleDomain.KEY_DATA,
                "");
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(12),
                Arbitraries.of(
                        "\"", "\\", ";", " ", ",", "=", ":", "v=spf1 ", "p=", "all", "ip4:", "include:", "%{l}", "|"));
        return Combinators.combine(
                        valid,
                        piece,
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(0, 9))
                .as((text, inserted, at, cut) -> {
                    int from = Math.min(at, text.length());
                    int to = Math.min(from + cut, text.length());
                    return text.substring(0, from) + inserted + text.substring(to);
                });
    }

    private static Set<FindingId> errors(Examination examination) {
        return examination.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::id)
                .collect(Collectors.toSet());
    }

    @Property(tries = 150)
    void anyOctetsGiveFindingsAndNoLineToPublishAddsAnError(
            @ForAll("damaged") String text, @ForAll boolean alone, @ForAll("damaged") String other) {
        for (String name : NAMES) {
            TestZone zone = ExampleDomain.clean();
            if (alone) {
                zone.change("- " + name + " TXT");
            }
            zone.text(name, text);
            if (other.length() % 3 == 0) {
                zone.text(name, other);
            }
            Examination before = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
            for (Finding finding : before.findings()) {
                TestZone repaired = ExampleDomain.clean();
                if (alone) {
                    repaired.change("- " + name + " TXT");
                }
                repaired.text(name, text);
                if (other.length() % 3 == 0) {
                    repaired.text(name, other);
                }
                finding.changes().forEach(repaired::apply);
                if (!finding.changes().isEmpty()) {
                    Examination after = ExampleDomain.examine(repaired, ExampleDomain.REQUEST);
                    Set<FindingId> known = errors(before);
                    if (known.contains(FindingId.DMARC_RUA_SYNTAX)) {
                        // An address that can be read now may need the permission of its owner.
                        known.add(FindingId.DMARC_RUA_UNAUTHORIZED);
                        known.add(FindingId.DMARC_RUF_UNAUTHORIZED);
                    }
                    assertThat(known)
                            .as(() -> finding + "\nthen " + after.findings())
                            .containsAll(errors(after));
                }
            }
        }
    }

    @Property(tries = 100)
    void whatIsToBePublishedForAllFindingsIsOneRecordForEachNameAndLeavesNoneOfThem(
            @ForAll("damaged") String text, @ForAll("damaged") String other) {
        TestZone zone = ExampleDomain.clean();
        for (String name : NAMES) {
            zone.change("- " + name + " TXT");
            zone.text(name, name.startsWith("_dmarc") ? other : text);
        }
        Examination before = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        assertThat(before.publish().stream().map(DnsChange::name)).doesNotHaveDuplicates();
        before.publish().forEach(zone::apply);
        Set<FindingId> told = repairable(before);
        Examination after = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        assertThat(repairable(after))
                .as(() -> before.publish() + "\nthen " + after.findings())
                .noneMatch(told::contains);
    }

    private static Set<FindingId> repairable(Examination examination) {
        return examination.findings().stream()
                .filter(finding -> !finding.changes().isEmpty())
                .map(Finding::id)
                .collect(Collectors.toSet());
    }

    @Property(tries = 150)
    void textAndJsonOfAnyRecordArePrintable(@ForAll("damaged") String text) {
        TestZone zone = ExampleDomain.clean();
        NAMES.forEach(name -> zone.text(name, text));
        Examination examination = ExampleDomain.examine(zone, ExampleDomain.REQUEST);
        String written = Outputs.text(examination, Outputs.PIPED) + Outputs.json(examination);
        assertThat(written.chars().filter(c -> c != '\n' && (c < ' ' || c > '~')))
                .isEmpty();
    }

    /** Records that lead to others further down the list, so that there is no loop and no match. */
    @Provide
    Arbitrary<List<String>> graph() {
        Arbitrary<String> term = Arbitraries.of(
                "ip4:44.128.1.1",
                "a:mail.example.org",
                "mx",
                "mx:provider.net",
                "exists:%{i}.example.net",
                "ptr",
                "include:n1.example.org",
                "include:n2.example.org",
                "include:n3.example.org",
                "exists:%{p}.example.net",
                "a:gone.example.org",
                "ip6:2a00::1");
        Arbitrary<String> end = Arbitraries.of("-all", "~all", "redirect=n3.example.org", "");
        return Combinators.combine(term.list().ofMaxSize(4), end)
                .as((terms, last) -> "v=spf1 " + String.join(" ", terms) + " " + last)
                .list()
                .ofSize(3);
    }

    @Property(tries = 150)
    void theSumOfTheTreeIsWhatTheVerifierCounts(@ForAll("graph") List<String> records) {
        TestZone zone = ExampleDomain.clean();
        zone.change("- example.org TXT");
        zone.text("example.org", records.get(0));
        zone.text("n1.example.org", below(records.get(1), 1));
        zone.text("n2.example.org", below(records.get(2), 2));
        zone.text("n3.example.org", "v=spf1 a:mail.example.org exists:%{p}.example.net ?all");
        MessageLookups dns = new MessageLookups(zone, 10_000, Instant.MAX);
        SpfResult result = new SpfVerifier(
                        new SpfLimits(100, 100, 100, 10),
                        DomainName.of("receiver.test"),
                        InstantSource.fixed(ExampleDomain.NOW))
                .verify(
                        SpfRequest.mailFrom(
                                IpNetwork.parseAddress("44.128.77.77").orElseThrow(),
                                ReversePath.parse("alice@example.org"),
                                "mail.example.org"),
                        dns);
        SpfNode tree = SpfTree.of(ExampleDomain.DOMAIN, new DomainDns(dns));
        assertThat(tree.lookups())
                .as(() -> records + " " + result)
                .isEqualTo(result.evidence().dnsTerms());
        assertThat(tree.voids(false))
                .as(() -> records + " " + result)
                .isLessThanOrEqualTo(result.evidence().voidLookups());
    }

    /** Only includes of later records, so that nothing leads back. */
    private static String below(String record, int number) {
        String text = record;
        for (int i = 1; i <= number; i++) {
            text = text.replace("include:n" + i + ".example.org", "mx:provider.net");
        }
        return text;
    }

    @Property(tries = 100)
    void theStateTellsEachChangeOnce(@ForAll("damaged") String text) {
        Examination clean = ExampleDomain.examine(ExampleDomain.clean(), ExampleDomain.REQUEST);
        Examination damaged =
                ExampleDomain.examine(ExampleDomain.clean().text("example.org", text), ExampleDomain.REQUEST);
        DoctorState state = DoctorState.empty();
        assertThat(state.update(ExampleDomain.DOMAIN, clean.findings(), ExampleDomain.NOW)
                        .isEmpty())
                .isTrue();
        DoctorState.Changes changes = state.update(ExampleDomain.DOMAIN, damaged.findings(), ExampleDomain.NOW);
        assertThat(changes.found()).hasSameElementsAs(damaged.findings());
        DoctorState read = Outputs.reread(state);
        Instant later = ExampleDomain.NOW.plus(Duration.ofDays(1));
        assertThat(read.update(ExampleDomain.DOMAIN, damaged.findings(), later).isEmpty())
                .isTrue();
        assertThat(read.update(ExampleDomain.DOMAIN, clean.findings(), later).gone())
                .hasSize((int)
                        damaged.findings().stream().map(Finding::key).distinct().count());
        assertThat(new String(read.toBytes(), StandardCharsets.US_ASCII)).startsWith("{\"schema\":1");
    }
}
