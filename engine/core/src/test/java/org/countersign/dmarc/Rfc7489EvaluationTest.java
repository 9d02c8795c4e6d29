package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("DMARC by RFC 7489")
class Rfc7489EvaluationTest {
    static final PublicSuffixList SUFFIXES = PublicSuffixList.parse("""
        // VERSION: 2026-01-02_03-04-05_UTC
        // ===BEGIN ICANN DOMAINS===
        com
        example
        co.example
        // ===END ICANN DOMAINS===
        // ===BEGIN PRIVATE DOMAINS===
        hosted.com
        // ===END PRIVATE DOMAINS===
        """);

    private static MessageLookups lookups(StaticZone.Builder zone) {
        return new MessageLookups(zone.build(), 500, Instant.MAX);
    }

    private static DmarcResult evaluate(StaticZone.Builder zone, String author, String... signers) {
        return evaluate(lookups(zone), new Random(1), author, signers);
    }

    private static DmarcResult evaluate(
            MessageLookups dns, RandomGenerator sampling, String author, String... signers) {
        List<Identifier> identifiers = new ArrayList<>();
        for (String signer : signers) {
            identifiers.add(Identifier.authenticated(DomainName.of(signer), Mechanism.DKIM));
        }
        return DmarcEvaluator.of(DiscoveryMode.PSL, SUFFIXES, sampling)
                .evaluate(DomainName.of(author), identifiers, dns);
    }

    private static StaticZone.Builder record(String domain, String tags) {
        return StaticZone.builder().txt("_dmarc." + domain, "v=DMARC1; " + tags);
    }

    private static DmarcPolicy applied(DmarcResult result) {
        return ((DmarcResult.Fail) result).policy().applied();
    }

    @Test
    void queriesTheAuthorDomainAndThenOnlyItsOrganizationalDomain() {
        MessageLookups dns = lookups(record("shop.co.example", "p=reject"));
        DmarcResult result = evaluate(dns, new Random(1), "a.b.shop.co.example");
        assertThat(dns.trace())
                .extracting(trace -> trace.query().toString())
                .containsExactly("TXT _dmarc.a.b.shop.co.example", "TXT _dmarc.shop.co.example");
        assertThat(result.keyword()).isEqualTo("fail");
        assertThat(result.evidence().discovery().method()).isEqualTo(DiscoveryMethod.PUBLIC_SUFFIX_LIST);
        assertThat(result.evidence().discovery().organizationalDomain()).contains(DomainName.of("shop.co.example"));
        assertThat(result.evidence().published().orElseThrow().source())
                .isEqualTo(PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN);
        assertThat(result.explain()).endsWith("shop.co.example asks for reject (p).");
    }

    @ParameterizedTest
    @CsvSource({"0, QUARANTINE", "1, REJECT"})
    void noMessageIsInASampleOfZeroPercent(int percentage, DmarcPolicy expected) {
        RandomGenerator zero = () -> 0;
        assertThat(zero.nextInt(100)).isZero();
        assertThat(applied(evaluate(
                        lookups(record("shop.com", "p=reject; pct=" + percentage)), zero, "shop.com", "other.com")))
                .isEqualTo(expected);
    }

    @Test
    void aRecordBetweenAuthorAndOrganizationalDomainIsNotQueried() {
        assertThat(evaluate(record("b.shop.co.example", "p=reject"), "a.b.shop.co.example"))
                .isInstanceOf(DmarcResult.None.class);
    }

    @Test
    void severalRecordsAtTheAuthorDomainEndTheSearch() {
        StaticZone.Builder zone = record("shop.com", "p=reject")
                .txt("_dmarc.a.shop.com", "v=DMARC1; p=reject")
                .txt("_dmarc.a.shop.com", "v=DMARC1; p=none");
        assertThat(evaluate(zone, "a.shop.com")).isInstanceOf(DmarcResult.None.class);
    }

    @ParameterizedTest
    @CsvSource({
        "a.shop.com, b.shop.com, SAME_ORGANIZATION",
        "a.shop.com, shop.com, SAME_ORGANIZATION",
        "a.shop.com, A.SHOP.COM, IDENTICAL",
        "a.shop.com, other.com, OTHER_ORGANIZATION",
        "a.hosted.com, b.hosted.com, OTHER_ORGANIZATION",
        "a.hosted.com, hosted.com, OTHER_ORGANIZATION",
        "a.hosted.com, x.a.hosted.com, SAME_ORGANIZATION",
        "shop.co.example, other.co.example, OTHER_ORGANIZATION",
        "x.unlisted, y.x.unlisted, SAME_ORGANIZATION",
        "x.unlisted, y.unlisted, OTHER_ORGANIZATION",
    })
    void organizationsComeFromTheList(String author, String signer, Alignment expected) {
        DmarcResult result = evaluate(record(author, "p=reject"), author, signer);
        assertThat(result.evidence().authenticated())
                .extracting(IdentifierAlignment::alignment)
                .containsExactly(expected);
        assertThat(result instanceof DmarcResult.Pass).isEqualTo(expected.isAligned());
    }

    @Test
    void strictAlignmentRequiresTheSameName() {
        DmarcResult result = evaluate(record("shop.com", "p=reject; adkim=s"), "shop.com", "a.shop.com");
        assertThat(result).isInstanceOf(DmarcResult.Fail.class);
        assertThat(result.evidence().authenticated())
                .extracting(IdentifierAlignment::alignment)
                .containsExactly(Alignment.NOT_IDENTICAL);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.com, 'p=reject; sp=none', REJECT",
        "a.shop.com, 'p=reject; sp=none', NONE",
        "a.shop.com, 'p=quarantine', QUARANTINE",
        "a.shop.com, 'p=none; sp=quarantine; np=reject', QUARANTINE",
        "shop.com, 'p=reject; t=y', REJECT",
        "shop.com, 'p=reject; np=bogus', REJECT",
        "shop.com, 'p=reject; sp=bogus; rua=mailto:a@shop.com', NONE",
        "shop.com, 'p=reject; psd=y', REJECT",
    })
    void tagsOfRfc9989HaveNoEffect(String author, String tags, DmarcPolicy expected) {
        assertThat(applied(evaluate(record("shop.com", tags), author))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p=bogus", "sp=none", "p=reject; sp=bogus"})
    void anInvalidPolicyWithoutReportsIsNoPolicy(String tags) {
        assertThat(evaluate(record("shop.com", tags), "shop.com", "shop.com"))
                .isInstanceOf(DmarcResult.PermError.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'p=reject; pct=0', QUARANTINE",
        "'p=quarantine; pct=0', NONE",
        "'p=none; pct=0', NONE",
        "'p=reject; pct=100', REJECT",
        "'p=reject; pct=101', REJECT",
        "'p=reject; pct=-1', REJECT",
        "'p=reject; pct=', REJECT",
        "'p=reject; pct=1e1', REJECT",
        "'p=reject; pct=0000', REJECT",
    })
    void pctLowersThePolicyByOneLevel(String tags, DmarcPolicy expected) {
        assertThat(applied(evaluate(record("shop.com", tags), "shop.com"))).isEqualTo(expected);
    }

    @Test
    void pctIsTheShareOfMessagesThatThePolicyIsAppliedTo() {
        RandomGenerator sampling = new Random(42);
        MessageLookups dns = lookups(record("shop.com", "p=reject; pct=30"));
        int rejected = 0;
        for (int i = 0; i < 10_000; i++) {
            DmarcResult result = evaluate(dns, sampling, "shop.com");
            if (applied(result) == DmarcPolicy.REJECT) {
                rejected++;
            } else {
                assertThat(applied(result)).isEqualTo(DmarcPolicy.QUARANTINE);
                assertThat(result.explain())
                        .contains("one level below reject because the message is outside the sample");
            }
        }
        assertThat(rejected).isBetween(2_800, 3_200);
    }

    @Test
    void aFailedLookupIsATemporaryErrorOnlyIfARecordMayApply() {
        StaticZone.Builder author =
                record("shop.com", "p=reject").failure("_dmarc.a.shop.com", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        assertThat(evaluate(author, "a.shop.com", "a.shop.com")).isInstanceOf(DmarcResult.TempError.class);
        StaticZone.Builder above =
                record("a.shop.com", "p=reject").failure("_dmarc.shop.com", RecordType.TXT, DnsAnswer.Failure.TIMEOUT);
        assertThat(evaluate(above, "a.shop.com")).isInstanceOf(DmarcResult.Fail.class);
    }

    @Test
    void anUnresolvedIdentifierThatIsAlignedIsATemporaryError() {
        DmarcEvaluator evaluator = DmarcEvaluator.of(DiscoveryMode.PSL, SUFFIXES, new Random(1));
        for (String domain : List.of("mail.shop.com", "other.com")) {
            DmarcResult result = evaluator.evaluate(
                    DomainName.of("shop.com"),
                    List.of(Identifier.unresolved(DomainName.of(domain), Mechanism.SPF)),
                    lookups(record("shop.com", "p=reject")));
            assertThat(result.keyword()).isEqualTo(domain.equals("other.com") ? "fail" : "temperror");
        }
    }
}
