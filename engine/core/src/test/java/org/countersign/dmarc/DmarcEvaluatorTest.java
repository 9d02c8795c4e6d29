package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class DmarcEvaluatorTest {
    private static final DomainName AUTHOR = DomainName.of("example.com");

    private static MessageLookups lookups(StaticZone.Builder zone) {
        return new MessageLookups(zone.build(), 500, Instant.MAX);
    }

    private static StaticZone.Builder reject() {
        return StaticZone.builder().txt("_dmarc.example.com", "v=DMARC1; p=reject");
    }

    private static Identifier dkim(String domain) {
        return Identifier.authenticated(DomainName.of(domain), Mechanism.DKIM);
    }

    private static Identifier spf(String domain) {
        return Identifier.authenticated(DomainName.of(domain), Mechanism.SPF);
    }

    private static List<String> queries(MessageLookups dns) {
        return dns.trace().stream().map(trace -> trace.query().toString()).toList();
    }

    @Test
    void makesNoQueryForDomainsOutsideTheOrganization() {
        MessageLookups dns = lookups(reject());
        DmarcResult result = new DmarcEvaluator()
                .evaluate(AUTHOR, List.of(dkim("a.example.net"), dkim("other.com"), spf("x.org")), dns);
        assertThat(result.keyword()).isEqualTo("fail");
        assertThat(queries(dns)).containsExactly("TXT _dmarc.example.com", "TXT _dmarc.com");
    }

    @Test
    void makesWalksForEachMechanismUntilItHasAnAlignedDomain() {
        MessageLookups dns = lookups(reject());
        DmarcResult result = new DmarcEvaluator()
                .evaluate(
                        AUTHOR,
                        List.of(
                                dkim("a.example.com"),
                                dkim("example.com"),
                                dkim("b.example.com"),
                                spf("c.example.com")),
                        dns);
        assertThat(result.evidence().authenticated())
                .extracting(IdentifierAlignment::alignment)
                .containsExactly(
                        Alignment.NOT_NEEDED, Alignment.IDENTICAL, Alignment.NOT_NEEDED, Alignment.SAME_ORGANIZATION);
        assertThat(result.evidence().isAligned(Mechanism.SPF)).isTrue();
        assertThat(queries(dns))
                .containsExactly("TXT _dmarc.example.com", "TXT _dmarc.com", "TXT _dmarc.c.example.com");
    }

    @Test
    void oneAlignedDomainOfTheOrganizationEndsTheWalksOfItsMechanism() {
        MessageLookups dns = lookups(reject());
        DmarcResult result = new DmarcEvaluator()
                .evaluate(AUTHOR, List.of(dkim("a.example.com"), dkim("b.example.com"), dkim("c.example.com")), dns);
        assertThat(result.evidence().authenticated())
                .extracting(IdentifierAlignment::alignment)
                .containsExactly(Alignment.SAME_ORGANIZATION, Alignment.NOT_NEEDED, Alignment.NOT_NEEDED);
        assertThat(queries(dns)).doesNotContain("TXT _dmarc.b.example.com", "TXT _dmarc.c.example.com");
    }

    @Test
    void anAuthorDomainWithARecordIsNotLookedUpForItsExistence() {
        DomainName author = DomainName.of("news.example.com");
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.example.com", "v=DMARC1; p=reject; np=none");
        MessageLookups without = lookups(zone);
        new DmarcEvaluator().evaluate(author, List.of(), without);
        assertThat(queries(without)).contains("A news.example.com");

        MessageLookups with = lookups(zone.txt("_dmarc.news.example.com", "v=DMARC1; p=reject"));
        new DmarcEvaluator().evaluate(author, List.of(), with);
        assertThat(queries(with)).doesNotContain("A news.example.com");
    }

    @Test
    void anUnresolvedIdentifierOfAnUndeterminedOrganizationIsATemporaryError() {
        StaticZone.Builder zone =
                reject().failure("_dmarc.bounce.example.com", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        DmarcResult result = new DmarcEvaluator()
                .evaluate(
                        AUTHOR,
                        List.of(Identifier.unresolved(DomainName.of("bounce.example.com"), Mechanism.SPF)),
                        lookups(zone));
        assertThat(result)
                .isInstanceOfSatisfying(
                        DmarcResult.TempError.class,
                        error -> assertThat(error.problem()).isEqualTo(DmarcProblem.IDENTIFIER_UNRESOLVED));
    }

    @Test
    void organizationsAreComparedWithUpToThreeNamesWhoseLookupFailed() {
        StaticZone.Builder zone = StaticZone.builder();
        for (String name : List.of("a.b.c.example.com", "b.c.example.com", "x.example.net", "c.example.com")) {
            assertThat(zone.failure("_dmarc." + name, RecordType.TXT, DnsAnswer.Failure.TIMEOUT))
                    .isNotNull();
            TreeWalk left = TreeWalk.walk(DomainName.of("a.b.c.example.com"), lookups(zone));
            TreeWalk right = TreeWalk.walk(DomainName.of("x.example.net"), lookups(zone));
            assertThat(OrganizationComparison.compare(left, right))
                    .isEqualTo(
                            left.failedNames().size() + right.failedNames().size() <= 3
                                    ? OrganizationComparison.Outcome.DIFFERENT
                                    : OrganizationComparison.Outcome.UNDETERMINED);
        }
    }

    @Test
    void usesADiscoveryThatWasMadeEarlier() {
        MessageLookups early = lookups(reject());
        DmarcEvaluator evaluator = new DmarcEvaluator();
        Discovery discovery = evaluator.discover(AUTHOR, early, Runnable::run);
        MessageLookups later = lookups(StaticZone.builder());
        DmarcResult result = evaluator.evaluate(discovery, List.of(dkim("example.com")), later);
        assertThat(result).isInstanceOf(DmarcResult.Pass.class);
        assertThat(queries(later)).isEmpty();
        assertThat(result.evidence().discovery()).isEqualTo(discovery);
    }

    @Test
    void limitsTheNumberOfWalks() {
        StaticZone.Builder zone = reject();
        List<Identifier> identifiers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            zone.txt("_dmarc.n" + i + ".example.com", "v=DMARC1; p=none; psd=n");
            identifiers.add(dkim("n" + i + ".example.com"));
        }
        MessageLookups dns = lookups(zone);
        DmarcResult result = new DmarcEvaluator(4).evaluate(AUTHOR, identifiers, dns);
        assertThat(result.keyword()).isEqualTo("fail");
        assertThat(result.evidence().authenticated())
                .hasSize(30)
                .filteredOn(each -> each.alignment() == Alignment.TOO_MANY)
                .hasSize(26);
        assertThat(queries(dns)).hasSize(6);
    }

    @Test
    void isATemporaryErrorIfTooManyDomainsAreUnresolved() {
        List<Identifier> unresolved = List.of(Identifier.unresolved(DomainName.of("a.example.com"), Mechanism.DKIM));
        DmarcResult result = new DmarcEvaluator(0).evaluate(AUTHOR, unresolved, lookups(reject()));
        assertThat(result).isInstanceOf(DmarcResult.TempError.class);
    }

    @Test
    void comparesADuplicateDomainOnce() {
        DmarcResult result = new DmarcEvaluator()
                .evaluate(AUTHOR, List.of(dkim("x.net"), dkim("X.net."), spf("x.net")), lookups(reject()));
        assertThat(result.evidence().authenticated()).hasSize(2);
    }

    @Test
    void passesWithoutARequestedPolicyIfExistenceIsUnknown() {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.example.com", "v=DMARC1; p=none; sp=none; np=reject")
                .failure("odd.example.com", RecordType.A, DnsAnswer.Failure.TIMEOUT);
        DmarcResult result = new DmarcEvaluator()
                .evaluate(DomainName.of("odd.example.com"), List.of(dkim("odd.example.com")), lookups(zone));
        assertThat(result).isInstanceOf(DmarcResult.Pass.class);
        assertThat(result.evidence().requested()).isEmpty();
    }

    @Test
    void isUndeterminedIfTooManyLookupsFailed() {
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.a.b.c.d.example.com", "v=DMARC1; p=reject");
        for (String name : List.of("b.c.d.example.com", "c.d.example.com", "d.example.com", "example.com", "com")) {
            zone.failure("_dmarc." + name, RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        }
        DomainName author = DomainName.of("a.b.c.d.example.com");
        DmarcEvaluator evaluator = new DmarcEvaluator();
        DmarcResult relaxed = evaluator.evaluate(author, List.of(dkim("x." + author)), lookups(zone));
        assertThat(relaxed).isInstanceOf(DmarcResult.TempError.class);
        assertThat(relaxed.evidence().discovery().organizationalDomain()).isEmpty();
        assertThat(evaluator.evaluate(author, List.of(dkim(author.toString())), lookups(zone)))
                .isInstanceOf(DmarcResult.Pass.class);
    }

    @Test
    void makesNoQueryBelowANameOfMaximumLength() {
        String label = "a".repeat(62);
        DomainName longest = DomainName.of(label + "." + label + "." + label + "." + "b".repeat(60) + ".c");
        MessageLookups dns = lookups(StaticZone.builder());
        TreeWalk walk = TreeWalk.walk(longest, dns);
        assertThat(walk.queries().get(0).finding()).isEqualTo(new RecordQuery.Finding.NoRecord());
        assertThat(queries(dns)).hasSize(longest.labelCount() - 1);
    }

    @Test
    void theEvidenceHasWhatAReportNeeds() {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.example.com", "v=DMARC1; p=none; sp=reject; t=y; rua=mailto:r@example.com; pct=20");
        DmarcResult result =
                new DmarcEvaluator().evaluate(DomainName.of("a.example.com"), List.of(spf("x.net")), lookups(zone));
        DmarcEvidence evidence = result.evidence();
        PublishedPolicy published = evidence.published().orElseThrow();
        assertThat(published.policyDomain()).isEqualTo(AUTHOR);
        assertThat(published.source()).isEqualTo(PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN);
        assertThat(published.record().text().latin1()).startsWith("v=DMARC1; p=none;");
        assertThat(published.record().aggregateReports()).hasSize(1);
        assertThat(evidence.requested())
                .isEqualTo(Optional.of(
                        new RequestedPolicy(DmarcPolicy.REJECT, RequestedPolicy.Tag.SP, DmarcPolicy.QUARANTINE)));
        assertThat(result.explain())
                .isEqualTo(
                        "No authenticated domain is aligned with a.example.com: the SPF domain x.net belongs to another"
                                + " organization; example.com asks for quarantine (sp, one level below reject"
                                + " because of test mode).");
    }

    @Test
    void explainsAResultInOneSentence() {
        DmarcEvaluator evaluator = new DmarcEvaluator();
        assertThat(evaluator
                        .evaluate(AUTHOR, List.of(dkim("example.com")), lookups(reject()))
                        .explain())
                .isEqualTo("example.com is authenticated: DKIM passed for the same domain.");
        assertThat(evaluator
                        .evaluate(AUTHOR, List.of(spf("a.example.com")), lookups(reject()))
                        .explain())
                .isEqualTo("example.com is authenticated: SPF passed for a.example.com, which belongs to the author's"
                        + " organization.");
        assertThat(evaluator.evaluate(AUTHOR, List.of(), lookups(reject())).explain())
                .isEqualTo("Neither SPF nor DKIM passed for any domain; example.com asks for reject (p).");
        StaticZone.Builder down =
                StaticZone.builder().failure("_dmarc.example.com", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        assertThat(evaluator.evaluate(AUTHOR, List.of(), lookups(down)).explain())
                .isEqualTo("The DMARC record that applies to example.com is unknown, because a DNS lookup"
                        + " failed (_dmarc.example.com: timeout).");
    }

    @Test
    void rejectsANegativeNumberOfWalks() {
        assertThatThrownBy(() -> new DmarcEvaluator(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
