package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;

/** The legacy mode and the shadow beside it. */
class DiscoveryProperties {
    private static MessageLookups lookups(StaticZone zone) {
        return new MessageLookups(zone, 10_000, Instant.MAX);
    }

    private static DmarcResult evaluate(
            DiscoveryMode mode, StaticZone zone, DomainName author, List<AuthenticatedIdentifier> identifiers) {
        return DmarcEvaluator.of(mode, LegacyEvaluationTest.SUFFIXES, new Random(1))
                .evaluate(author, identifiers, List.of(), lookups(zone));
    }

    private static DmarcEvidence withoutShadow(DmarcEvidence evidence) {
        return new DmarcEvidence(
                evidence.authorDomain(),
                evidence.published(),
                evidence.organizationalDomain(),
                evidence.requested(),
                evidence.candidates(),
                evidence.identifiers(),
                evidence.unresolved(),
                evidence.walks(),
                evidence.method(),
                Optional.empty());
    }

    @Property(tries = 300)
    void aShadowNeverChangesTheResultThatCounts(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<AuthenticatedIdentifier> identifiers,
            @ForAll("zones") StaticZone zone) {
        DmarcResult alone = evaluate(DiscoveryMode.TREE_WALK, zone, author, identifiers);
        DmarcResult shadowed = evaluate(DiscoveryMode.SHADOW, zone, author, identifiers);
        assertThat(shadowed.getClass()).isEqualTo(alone.getClass());
        assertThat(withoutShadow(shadowed.evidence())).isEqualTo(alone.evidence());
        DmarcResult legacy = evaluate(DiscoveryMode.PSL, zone, author, identifiers);
        assertThat(shadowed.evidence().shadow().orElseThrow().result().evidence())
                .isEqualTo(legacy.evidence());
        assertThat(withoutShadow(evaluate(DiscoveryMode.PSL_SHADOW, zone, author, identifiers)
                        .evidence()))
                .isEqualTo(legacy.evidence());
    }

    @Property(tries = 300)
    void byTheListNothingPassesWithoutAnAlignedIdentifierAndTwoQuestionsAreEnough(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<AuthenticatedIdentifier> identifiers,
            @ForAll("zones") StaticZone zone) {
        MessageLookups dns = lookups(zone);
        DmarcResult result = DmarcEvaluator.of(DiscoveryMode.PSL, LegacyEvaluationTest.SUFFIXES, new Random(1))
                .evaluate(author, identifiers, List.of(), dns);
        assertThat(dns.trace()).hasSizeLessThanOrEqualTo(2);
        assertThat(result instanceof DmarcResult.Pass)
                .isEqualTo(result.evidence().identifiers().stream().anyMatch(IdentifierAlignment::isAligned));
        assertThat(result.explain()).endsWith(".").matches("[ -~]+");
    }

    @Property(tries = 300)
    void anOrganizationOfTheListIsTheNameOrAboveItAndItsOwnOrganization(@ForAll("names") DomainName name) {
        DomainName organization = LegacyEvaluationTest.SUFFIXES.organizationalDomain(name);
        assertThat(name.isWithin(organization)).isTrue();
        assertThat(LegacyEvaluationTest.SUFFIXES.organizationalDomain(organization))
                .isEqualTo(organization);
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
    Arbitrary<List<AuthenticatedIdentifier>> identifierLists() {
        return DmarcArbitraries.identifiers().list().ofMaxSize(5);
    }
}
