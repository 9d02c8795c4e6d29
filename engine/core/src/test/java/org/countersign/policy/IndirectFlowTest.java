package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcSet;
import org.countersign.arc.ChainStatus;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.authres.MethodResult;
import org.countersign.authres.PropertyType;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class IndirectFlowTest {
    private static final IndirectFlow FLOW = new IndirectFlow(
            Cases.patterns("list.example", "*.trusted.example"), List.of(), AddressPatterns.NONE, AddressPatterns.NONE);

    private static MethodResult dmarc(String result, String from) {
        return MethodResult.of(AuthenticationMethod.DMARC, result).with(PropertyType.HEADER, "from", from);
    }

    private static ArcSet set(int instance, String sealer, ArcSet.Content content, MethodResult... results) {
        return new ArcSet(
                instance,
                DomainName.of(sealer),
                "s",
                Optional.empty(),
                ChainStatus.PASS,
                Optional.empty(),
                AuthenticationResultsWriter.renderArc(instance, new AuthenticationResults(sealer, List.of(results)))
                        .value(),
                content,
                Optional.empty());
    }

    private static Optional<String> evidence(ArcSet... sets) {
        RuleContext facts = Cases.facts(ResultKeyword.FAIL, List.of(), ResultKeyword.FAIL, DmarcPolicy.REJECT);
        return FLOW.evidence(new RuleContext(
                        facts.author(),
                        facts.connection(),
                        facts.envelope(),
                        facts.identities(),
                        facts.spf(),
                        facts.dkim(),
                        facts.dmarc(),
                        ResultKeyword.PASS,
                        Optional.of(new ArcChain(new ArrayList<>(List.of(sets)), 0)),
                        false,
                        false,
                        Optional.empty()))
                .map(IndirectEvidence::explain);
    }

    private static Optional<String> intact(MethodResult... results) {
        return evidence(set(1, "list.example", ArcSet.Content.INTACT, results));
    }

    private static Optional<String> carried(String value) {
        ArcSet plain = set(1, "list.example", ArcSet.Content.INTACT);
        return evidence(new ArcSet(
                plain.instance(),
                plain.sealer(),
                plain.selector(),
                plain.signer(),
                plain.status(),
                plain.sealedAt(),
                Octets.latin1("i=1; " + value),
                plain.content(),
                plain.contentFailure()));
    }

    @Test
    void resultsOfWellKnownSoftwareCount() {
        for (String value : List.of(
                "mx.example; smtp.remote-ip=192.0.2.1; dmarc=pass header.from=example.org",
                "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dmarc=pass action=none"
                        + " header.from=example.org;compauth=pass reason=100",
                "mx.example; spf=pass smtp.mailfrom=<bounce@example.org>;",
                "mx.example;dmarc=pass(p=REJECT sp=none)header.from=example.org",
                "mx.example; dmarc=pass policy.applied=none dns.sec=yes header.from=example.org; x-tls=pass x.y=z",
                "; dmarc=pass header.from=example.org")) {
            assertThat(carried(value)).as(value).isPresent();
        }
    }

    @Test
    void ambiguousResultsDoNotCount() {
        for (String value : List.of(
                "mx.example; dmarc=pass header.from=example.org; dmarc=fa!l header.from=example.org",
                "mx.example; spf=pass smtp.mailfrom=example.org; x (dmarc) y",
                "mx.example; dmarc=pass header.from=example.org (",
                "mx.example; dmarc=pass header.from=example.org; x \"",
                "mx.example; x \"; dmarc=pass header.from=example.org \"",
                "mx.example; x (; dmarc=pass header.from=example.org )",
                "mx.example; dmarc=pass header.from=example.org header.from=attacker.example",
                "mx.example; spf=pass smtp.mailfrom=<x@example.org>@attacker.example",
                "mx.example; spf=pass smtp.mailfrom=\"x@example.org\"@attacker.example",
                "mx.example; dmarc=pass header.from=example.org" + "; x y".repeat(9),
                "mx.example; dmarc=pass header.from=example.org" + "; x=y".repeat(100),
                "mx.example; none; dmarc=pass header.from=example.org",
                "mx.example 2; dmarc=pass header.from=example.org",
                "(dmarc=pass header.from=example.org)",
                "\"dmarc=pass header.from=example.org\"")) {
            assertThat(carried(value)).as(value).isEmpty();
        }
    }

    @Test
    void resultsWithAPropertyOfAnUnknownTypeDoNotCount() {
        for (String value : List.of(
                "mx.example; dmarc=pass header.from=example.org new.from=example.org",
                "mx.example; dmarc=fail new.from=example.org; dkim=pass header.d=example.org",
                "mx.example; dkim=pass header.d=example.org new.d=example.org",
                "mx.example; spf=pass new.mailfrom=example.org smtp.mailfrom=example.org")) {
            assertThat(carried(value)).as(value).isEmpty();
        }
    }

    @Test
    void aPassOfATrustedSealerCountsForTheAuthorDomainOnly() {
        assertThat(intact(dmarc("pass", "example.org")))
                .contains("The trusted ARC sealer list.example recorded a pass.");
        assertThat(intact(dmarc("pass", "EXAMPLE.org"))).isPresent();
        assertThat(intact(dmarc("pass", "sub.example.org"))).isEmpty();
        assertThat(intact(dmarc("fail", "example.org"))).isEmpty();
        assertThat(intact(MethodResult.of(AuthenticationMethod.DMARC, "pass"))).isEmpty();
        assertThat(intact()).isEmpty();
    }

    @Test
    void contradictoryResultsOfASealerDoNotCount() {
        assertThat(intact(dmarc("pass", "example.org"), dmarc("fail", "example.org")))
                .isEmpty();
    }

    @Test
    void withoutDmarcOnlyTheAuthorDomainItselfCounts() {
        MethodResult dkim = MethodResult.of(AuthenticationMethod.DKIM, "pass");
        assertThat(intact(dkim.with(PropertyType.HEADER, "d", "example.org"))).isPresent();
        assertThat(intact(dkim.with(PropertyType.HEADER, "d", "mail.example.org")))
                .isEmpty();
        MethodResult spf = MethodResult.of(AuthenticationMethod.SPF, "pass");
        assertThat(intact(spf.with(PropertyType.SMTP, "mailfrom", "a@example.org")))
                .isPresent();
        assertThat(intact(dkim.with(PropertyType.HEADER, "d", "example.org"), dmarc("fail", "example.org")))
                .isEmpty();
    }

    @Test
    void aTrustedSealBelowAnUnknownOneCountsOnlyIfItCoversTheMessage() {
        MethodResult pass = dmarc("pass", "example.org");
        ArcSet stranger = set(2, "stranger.example", ArcSet.Content.INTACT);
        assertThat(evidence(set(1, "list.example", ArcSet.Content.CHANGED, pass), stranger))
                .isEmpty();
        assertThat(evidence(set(1, "list.example", ArcSet.Content.INTACT, pass), stranger))
                .isPresent();
        assertThat(evidence(
                        set(1, "list.example", ArcSet.Content.CHANGED, pass),
                        set(2, "mx.trusted.example", ArcSet.Content.INTACT)))
                .isPresent();
    }
}
