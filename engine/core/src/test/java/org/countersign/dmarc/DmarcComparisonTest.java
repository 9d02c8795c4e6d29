package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.countersign.dmarc.DmarcComparison.Difference;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class DmarcComparisonTest {
    private static MessageLookups lookups(StaticZone.Builder zone, int budget) {
        return new MessageLookups(zone.build(), budget, Instant.MAX);
    }

    private static DmarcResult evaluate(DiscoveryMode mode, StaticZone.Builder zone, String author, String... signers) {
        return DmarcEvaluator.of(mode, Rfc7489EvaluationTest.SUFFIXES, new Random(1))
                .evaluate(
                        DomainName.of(author),
                        List.of(signers).stream()
                                .map(signer -> Identifier.authenticated(DomainName.of(signer), Mechanism.DKIM))
                                .toList(),
                        lookups(zone, 500));
    }

    private static DmarcComparison comparison(DmarcResult result) {
        return result.evidence().comparison().orElseThrow();
    }

    @Test
    void thereIsNoComparisonUnlessTheModeHasOne() {
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.shop.com", "v=DMARC1; p=reject");
        assertThat(evaluate(DiscoveryMode.TREE_WALK, zone, "shop.com")
                        .evidence()
                        .comparison())
                .isEmpty();
        assertThat(evaluate(DiscoveryMode.PSL, zone, "shop.com").evidence().comparison())
                .isEmpty();
    }

    @Test
    void agreesWhereNothingDiffers() {
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.shop.com", "v=DMARC1; p=reject");
        DmarcComparison shadow = comparison(evaluate(DiscoveryMode.SHADOW, zone, "a.shop.com", "b.shop.com"));
        assertThat(shadow.differences()).isEmpty();
        assertThat(shadow.method()).isEqualTo(DiscoveryMethod.PUBLIC_SUFFIX_LIST);
    }

    @Test
    void showsTheOtherOrganization() {
        // The list knows nothing of psd=n, and the walk nothing of the list.
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.shop.com", "v=DMARC1; p=reject")
                .txt("_dmarc.mail.shop.com", "v=DMARC1; p=quarantine; psd=n");
        DmarcResult walked = evaluate(DiscoveryMode.SHADOW, zone, "mail.shop.com", "shop.com");
        assertThat(walked.keyword()).isEqualTo("fail");
        assertThat(comparison(walked).differences())
                .containsExactly(Difference.RESULT, Difference.POLICY, Difference.ALIGNMENT);
        assertThat(comparison(walked).summary()).isEqualTo("psl:pass");
        DmarcResult listed = evaluate(DiscoveryMode.PSL_SHADOW, zone, "mail.shop.com", "shop.com");
        assertThat(listed.keyword()).isEqualTo("pass");
        assertThat(comparison(listed).summary()).isEqualTo("treewalk:fail:quarantine");
    }

    @Test
    void showsTheOtherPolicy() {
        StaticZone.Builder zone = StaticZone.builder().txt("_dmarc.shop.com", "v=DMARC1; p=reject; pct=0");
        DmarcResult walked = evaluate(DiscoveryMode.SHADOW, zone, "shop.com");
        assertThat(comparison(walked).differences()).containsExactly(Difference.POLICY);
        assertThat(comparison(walked).summary()).isEqualTo("psl:fail:quarantine");
    }

    @Test
    void showsTheOtherPolicyDomain() {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.b.shop.com", "v=DMARC1; p=none; psd=n")
                .txt("_dmarc.shop.com", "v=DMARC1; p=none");
        DmarcResult walked = evaluate(DiscoveryMode.SHADOW, zone, "a.b.shop.com");
        assertThat(comparison(walked).differences()).containsExactly(Difference.POLICY_DOMAIN);
    }

    @Test
    void queriesLastSoThatTheMethodThatDecidesHasTheWholeBudget() {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.shop.com", "v=DMARC1; p=reject")
                .txt("_dmarc.a.b.c.d.e.f.g.h.shop.com", "v=DMARC1; p=none");
        DmarcEvaluator evaluator =
                DmarcEvaluator.of(DiscoveryMode.PSL_SHADOW, Rfc7489EvaluationTest.SUFFIXES, new Random(1));
        MessageLookups dns = lookups(zone, 2);
        DmarcResult result = evaluator.evaluate(DomainName.of("x.shop.com"), List.of(), dns);
        assertThat(result.keyword()).isEqualTo("fail");
        assertThat(comparison(result).result().keyword()).isEqualTo("temperror");
        assertThat(dns.trace())
                .extracting(trace -> trace.query().toString())
                .containsExactly("TXT _dmarc.x.shop.com", "TXT _dmarc.shop.com");
    }
}
