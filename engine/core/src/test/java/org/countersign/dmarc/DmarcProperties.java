package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

class DmarcProperties {
    private static MessageLookups lookups(StaticZone zone) {
        return new MessageLookups(zone, 10_000, Instant.MAX);
    }

    private static DmarcResult evaluate(StaticZone zone, DomainName author, List<Identifier> identifiers) {
        return new DmarcEvaluator().evaluate(author, identifiers, lookups(zone));
    }

    private static List<Identifier> withUnresolved(List<Identifier> identifiers, Identifier open) {
        List<Identifier> all = new ArrayList<>(identifiers);
        all.add(Identifier.unresolved(open.domain(), open.mechanism()));
        return all;
    }

    @Property(tries = 1000)
    void anyOctetsAreARecordOrNot(@ForAll byte[] octets) {
        Octets text = Octets.copyOf(octets);
        assertThat(DmarcRecord.parse(text).isPresent()).isEqualTo(DmarcRecord.isRecord(text));
        assertThat(DmarcRecord.parse(Octets.utf8("v=DMARC1;" + text.latin1()))).isPresent();
    }

    @Property(tries = 500)
    void aWalkMakesAtMostEightQueriesAndNoneTwice(@ForAll("names") DomainName start, @ForAll("zones") StaticZone zone) {
        MessageLookups dns = lookups(zone);
        TreeWalk walk = TreeWalk.walk(start, dns);
        assertThat(dns.trace()).hasSizeLessThanOrEqualTo(8).hasSameSizeAs(walk.queries());
        Set<DomainName> names = new HashSet<>();
        for (RecordQuery query : walk.queries()) {
            assertThat(start.isWithin(query.name())).isTrue();
            assertThat(names.add(query.name())).isTrue();
        }
        walk.organizationalDomain()
                .ifPresent(
                        organization -> assertThat(start.isWithin(organization)).isTrue());
    }

    @Property(tries = 200)
    void aNameWithManyLabelsNeedsNoMoreQueries(@ForAll @IntRange(min = 1, max = 123) int labels) {
        MessageLookups dns = lookups(StaticZone.builder().build());
        TreeWalk.walk(DomainName.of("a.".repeat(labels - 1) + "b"), dns);
        assertThat(dns.trace()).hasSize(Math.min(labels, 8));
    }

    @Property(tries = 500)
    void nothingPassesWithoutAnAlignedIdentifier(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("zones") StaticZone zone) {
        DmarcResult result = evaluate(zone, author, identifiers);
        boolean aligned = result.evidence().authenticated().stream().anyMatch(IdentifierAlignment::isAligned);
        assertThat(result instanceof DmarcResult.Pass).isEqualTo(aligned);
        assertThat(evaluate(zone, author, List.of())).isNotInstanceOf(DmarcResult.Pass.class);
        assertThat(result.explain()).endsWith(".").matches("[ -~]+");
    }

    @Property(tries = 500)
    void anAdditionalIdentifierNeverPreventsAPass(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("identifier") Identifier another,
            @ForAll("zones") StaticZone zone) {
        boolean passed = evaluate(zone, author, identifiers) instanceof DmarcResult.Pass;
        List<Identifier> more = new ArrayList<>(identifiers);
        more.add(another);
        boolean passes = evaluate(zone, author, more) instanceof DmarcResult.Pass;
        assertThat(!passed || passes).isTrue();
    }

    @Property(tries = 500)
    void anAdditionalAlignedPassNeverWorsensAResult(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("identifier") Identifier open,
            @ForAll("zones") StaticZone zone) {
        DmarcResult without = evaluate(zone, author, withUnresolved(identifiers, open));
        List<Identifier> more = new ArrayList<>(identifiers);
        more.add(Identifier.authenticated(author, open.mechanism()));
        DmarcResult with = evaluate(zone, author, withUnresolved(more, open));
        if (!(with instanceof DmarcResult.Pass)) {
            assertThat(with).isNotInstanceOf(DmarcResult.Fail.class);
            assertThat(with.keyword()).isEqualTo(without.keyword());
        }
    }

    @Property(tries = 300)
    void alignmentIsMutual(
            @ForAll("names") DomainName left,
            @ForAll("names") DomainName right,
            @ForAll("healthyZones") StaticZone zone) {
        boolean there = evaluate(zone, left, List.of(Identifier.authenticated(right, Mechanism.DKIM)))
                instanceof DmarcResult.Pass;
        boolean back = evaluate(zone, right, List.of(Identifier.authenticated(left, Mechanism.DKIM)))
                instanceof DmarcResult.Pass;
        // Where one of the two has no record at all there is no DMARC for it.
        if (recordApplies(zone, left) && recordApplies(zone, right)) {
            assertThat(there).isEqualTo(back);
        }
    }

    private static boolean recordApplies(StaticZone zone, DomainName author) {
        return evaluate(zone, author, List.of()).evidence().published().isPresent();
    }

    @Property(tries = 500)
    void theAuthorsOwnDomainMakesEveryUsableRecordPass(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("healthyZones") StaticZone zone) {
        List<Identifier> more = new ArrayList<>(identifiers);
        more.add(Identifier.authenticated(author, Mechanism.DKIM));
        DmarcResult result = evaluate(zone, author, more);
        assertThat(result)
                .isInstanceOf(
                        result.evidence().published().isPresent() ? DmarcResult.Pass.class : DmarcResult.None.class);
    }

    @Property(tries = 500)
    void unresolvedIdentifiersNeitherCauseNorPreventAPass(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("identifier") Identifier open,
            @ForAll("zones") StaticZone zone) {
        boolean without = evaluate(zone, author, identifiers) instanceof DmarcResult.Pass;
        boolean with = evaluate(zone, author, withUnresolved(identifiers, open)) instanceof DmarcResult.Pass;
        assertThat(with).isEqualTo(without);
    }

    @Property(tries = 500)
    void belongingToOneOrganizationIsMutual(
            @ForAll("names") DomainName left, @ForAll("names") DomainName right, @ForAll("zones") StaticZone zone) {
        MessageLookups dns = lookups(zone);
        TreeWalk one = TreeWalk.walk(left, dns);
        TreeWalk other = TreeWalk.walk(right, dns);
        assertThat(OrganizationComparison.compare(one, other)).isEqualTo(OrganizationComparison.compare(other, one));
        assertThat(OrganizationComparison.compare(one, one))
                .isIn(OrganizationComparison.Outcome.SAME, OrganizationComparison.Outcome.UNDETERMINED);
    }

    @Property(tries = 300)
    void theCaseOfNamesDoesNotMatter(
            @ForAll("names") DomainName author,
            @ForAll("identifier") Identifier identifier,
            @ForAll("zones") StaticZone zone) {
        DomainName upperCase = DomainName.of(identifier.domain().toString().toUpperCase(Locale.ROOT) + ".");
        Identifier same = Identifier.authenticated(upperCase, identifier.mechanism());
        assertThat(evaluate(zone, author, List.of(same))).isEqualTo(evaluate(zone, author, List.of(identifier)));
    }

    /** What a failed lookup leaves decided is what every possible answer to it would have decided. */
    @Property(tries = 500)
    void aFailureNeverChangesWhetherAMessagePasses(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("names") DomainName failing) {
        DmarcResult uncertain = evaluate(
                StaticZone.builder()
                        .txt("_dmarc." + author, "v=DMARC1; p=reject")
                        .failure("_dmarc." + failing, RecordType.TXT, DnsAnswer.Failure.TIMEOUT)
                        .build(),
                author,
                identifiers);
        if (uncertain instanceof DmarcResult.TempError) {
            return;
        }
        for (String text : List.of("nothing", "v=DMARC1; p=none", "v=DMARC1; psd=n", "v=DMARC1; psd=y")) {
            StaticZone.Builder zone = StaticZone.builder().txt("_dmarc." + author, "v=DMARC1; p=reject");
            if (!failing.equals(author)) {
                zone.txt("_dmarc." + failing, text);
            }
            assertThat(evaluate(zone.build(), author, identifiers).keyword()).isEqualTo(uncertain.keyword());
        }
    }

    @Provide
    Arbitrary<DomainName> names() {
        return DmarcArbitraries.names();
    }

    @Provide
    Arbitrary<StaticZone> zones() {
        return DmarcArbitraries.zones();
    }

    @Provide
    Arbitrary<StaticZone> healthyZones() {
        return DmarcArbitraries.healthyZones();
    }

    @Provide
    Arbitrary<Identifier> identifier() {
        return DmarcArbitraries.identifiers();
    }

    @Provide
    Arbitrary<List<Identifier>> identifierLists() {
        return DmarcArbitraries.identifiers().list().ofMaxSize(5);
    }
}
