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

/** The modes with RFC 7489 and with a comparison. */
class DiscoveryProperties {
    private static MessageLookups lookups(StaticZone zone) {
        return new MessageLookups(zone, 10_000, Instant.MAX);
    }

    private static DmarcResult evaluate(
            DiscoveryMode mode, StaticZone zone, DomainName author, List<Identifier> identifiers) {
        return DmarcEvaluator.of(mode, Rfc7489EvaluationTest.SUFFIXES, new Random(1))
                .evaluate(author, identifiers, lookups(zone));
    }

    private static DmarcEvidence withoutComparison(DmarcEvidence evidence) {
        return new DmarcEvidence(
                evidence.discovery(),
                evidence.possiblePolicies(),
                evidence.alignments(),
                evidence.identifierWalks(),
                Optional.empty());
    }

    @Property(tries = 300)
    void aComparisonNeverChangesTheResultThatDecides(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("zones") StaticZone zone) {
        DmarcResult alone = evaluate(DiscoveryMode.TREE_WALK, zone, author, identifiers);
        DmarcResult compared = evaluate(DiscoveryMode.SHADOW, zone, author, identifiers);
        assertThat(compared.getClass()).isEqualTo(alone.getClass());
        assertThat(withoutComparison(compared.evidence())).isEqualTo(alone.evidence());
        DmarcResult legacy = evaluate(DiscoveryMode.PSL, zone, author, identifiers);
        assertThat(compared.evidence().comparison().orElseThrow().result().evidence())
                .isEqualTo(legacy.evidence());
        assertThat(withoutComparison(evaluate(DiscoveryMode.PSL_SHADOW, zone, author, identifiers)
                        .evidence()))
                .isEqualTo(legacy.evidence());
    }

    @Property(tries = 300)
    void withTheListNothingPassesWithoutAnAlignedIdentifierAndTwoQueriesAreEnough(
            @ForAll("names") DomainName author,
            @ForAll("identifierLists") List<Identifier> identifiers,
            @ForAll("zones") StaticZone zone) {
        MessageLookups dns = lookups(zone);
        DmarcResult result = DmarcEvaluator.of(DiscoveryMode.PSL, Rfc7489EvaluationTest.SUFFIXES, new Random(1))
                .evaluate(author, identifiers, dns);
        assertThat(dns.trace()).hasSizeLessThanOrEqualTo(2);
        assertThat(result instanceof DmarcResult.Pass)
                .isEqualTo(result.evidence().authenticated().stream().anyMatch(IdentifierAlignment::isAligned));
        assertThat(result.explain()).endsWith(".").matches("[ -~]+");
    }

    @Property(tries = 300)
    void anOrganizationalDomainOfTheListIsTheNameOrAboveItAndIsIdempotent(@ForAll("names") DomainName name) {
        DomainName organization = Rfc7489EvaluationTest.SUFFIXES.organizationalDomain(name);
        assertThat(name.isWithin(organization)).isTrue();
        assertThat(Rfc7489EvaluationTest.SUFFIXES.organizationalDomain(organization))
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
    Arbitrary<List<Identifier>> identifierLists() {
        return DmarcArbitraries.identifiers().list().ofMaxSize(5);
    }
}
