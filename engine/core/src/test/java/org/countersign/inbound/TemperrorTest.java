package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.crypto.RsaEngine;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.explain.LogFields;
import org.countersign.policy.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail for which DMARC cannot be evaluated is deferred for a limited time, and no sender gains by causing it. */
@Timeout(240)
class TemperrorTest extends TemperrorFixture {
    @Test
    void mailThatCannotPassIsNotDeferred() {
        for (String signature : List.of(
                signature("bank.example", "k1", "AAAAAAAA"),
                signature("bank.example", "k1", "A".repeat(168)),
                signature("bank.example", "k1", "A".repeat(1400)),
                signature("bank.example", "k1", LONG_ENOUGH, "A".repeat(43) + "=", ""),
                signature("bank.example", "k1", LONG_ENOUGH, BODY_HASH, "x=1000000000; "),
                signature("bank.example", "k1", LONG_ENOUGH, BODY_HASH, "x=garbage; "),
                signature("bank.example", "k1", LONG_ENOUGH, BODY_HASH, "i=@other.example; "),
                signature("bank.example", "k1", "****"),
                signature("x.test", "k1", LONG_ENOUGH))) {
            assertDecided(forged(signature), "fail", "reject", "dmarc-reject");
        }
        assertDecided(
                judge("From: ceo@bank.example\r\n", "x@old.bank.example", FORGER),
                "temperror",
                "tempfail",
                "dmarc-temperror-deferred");
    }

    @Test
    void aTemporaryErrorOfAnUnalignedSignatureDoesNotDefer() {
        dns = zone("v=DMARC1; p=reject; adkim=s; aspf=s");
        assertDecided(forged(signature("old.bank.example", "s", LONG_ENOUGH)), "fail", "reject", "dmarc-reject");
        assertDecided(
                judge("From: ceo@bank.example\r\n", "x@old.bank.example", FORGER), "fail", "reject", "dmarc-reject");
    }

    @ParameterizedTest
    @EnumSource(DmarcPolicy.class)
    void aKnownPolicyDecidesWhetherMailIsDeferred(DmarcPolicy policy) {
        dns = zone("v=DMARC1; p=" + policy.keyword());
        MessageOutcome.Judged outcome = forged(UNDECIDED);
        boolean none = policy == DmarcPolicy.NONE;
        assertDecided(
                outcome,
                "temperror",
                none ? "accept" : "tempfail",
                none ? "dmarc-temperror-accepted" : "dmarc-temperror-deferred");
        assertThat(outcome.facts().dmarc().orElseThrow().evidence().appliedPolicy())
                .contains(policy);
        assertThat(LogFields.of(outcome)).containsEntry("policy", policy.keyword());
    }

    @ParameterizedTest
    @EnumSource(DiscoveryMode.class)
    void everyDiscoveryMethodDefersMailThatItCannotEvaluate(DiscoveryMode discovery) {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withMode(Mode.ENFORCE)
                        .withDmarc(new DmarcSettings(discovery, DmarcSettings.DEFAULT.deferFor())),
                dns,
                clock,
                RsaEngine.jca(),
                table,
                ArcSealingPolicy.NEVER);
        for (String header : List.of(UNDECIDED + "From: ceo@bank.example\r\n", "From: ceo@lame.bank.example\r\n")) {
            assertDecided(
                    judge(checks, header, "x@attacker.example", FORGER),
                    "temperror",
                    "tempfail",
                    "dmarc-temperror-deferred");
        }
        clock.advance(TWELVE_HOURS);
        assertDecided(
                judge(checks, UNDECIDED + "From: ceo@bank.example\r\n", "x@attacker.example", FORGER),
                "temperror",
                "reject",
                "dmarc-reject");
    }

    @Test
    void afterTwelveHoursAKnownPolicyIsAppliedAndReportedOnce() {
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "dmarc-temperror-deferred");
        clock.advance(TWELVE_HOURS.minusSeconds(1));
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "dmarc-temperror-deferred");
        assertThat(reported).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertDecided(forged(UNDECIDED), "temperror", "reject", "dmarc-reject");
        assertDecided(forged(UNDECIDED), "temperror", "reject", "dmarc-reject");
        assertThat(reported)
                .containsExactly(new TemperrorTable.Persistent(
                        DomainName.of("bank.example"), Optional.of(DmarcPolicy.REJECT), TWELVE_HOURS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bank.example", "lame.bank.example"})
    void anAuthorInAnUnusualSpellingIsDeferredAndThenRefused(String domain) {
        String header = UNDECIDED + "From: Bank ,<ceo@" + domain + ">\r\n";
        assertDecided(
                judge(header, "x@attacker.example", FORGER), "temperror", "tempfail", "ambiguous-spelling-undecided");
        clock.advance(TWELVE_HOURS);
        assertDecided(judge(header, "x@attacker.example", FORGER), "temperror", "reject", "ambiguous-spelling");
    }

    @Test
    void afterTwelveHoursMailWhosePolicyIsNotKnownIsQuarantined() {
        String header = "From: ceo@lame.bank.example\r\n";
        assertDecided(judge(header, "x@attacker.example", FORGER), "temperror", "tempfail", "dmarc-temperror-deferred");
        clock.advance(TWELVE_HOURS);
        MessageOutcome.Judged outcome = judge(header, "x@attacker.example", FORGER);
        assertDecided(outcome, "temperror", "quarantine", "dmarc-temperror-quarantined");
        assertThat(outcome.facts().persistentTemperror()).isTrue();
        assertThat(reported)
                .singleElement()
                .satisfies(found -> assertThat(found.policy()).isEmpty());
    }

    @Test
    void anyResultClearsEarlierErrors() {
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "dmarc-temperror-deferred");
        clock.advance(Duration.ofHours(6));
        assertDecided(judge("From: ceo@bank.example\r\n", "x@bank.example", BANK), "pass", "accept", "default");
        clock.advance(Duration.ofHours(6));
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "dmarc-temperror-deferred");
        assertThat(reported).isEmpty();
    }

    @Test
    void errorsOfAForgerDoNotCountForTheDomainsOwnMail() {
        String genuine = UNDECIDED + "From: ceo@bank.example\r\n";
        forged(UNDECIDED);
        clock.advance(TWELVE_HOURS);
        assertDecided(forged(UNDECIDED), "temperror", "reject", "dmarc-reject");
        assertDecided(judge(genuine, "x@attacker.example", BANK), "temperror", "tempfail", "dmarc-temperror-deferred");
    }

    @Test
    void mailOfASenderWithManyNetworksIsDecidedInTheEnd() {
        String header = UNDECIDED + "From: ceo@bank.example\r\n";
        for (int i = 0; i < 48; i++) {
            assertDecided(
                    judge(header, "x@attacker.example", "10." + i + ".0.1"),
                    "temperror",
                    "tempfail",
                    "dmarc-temperror-deferred");
            clock.advance(Duration.ofHours(1));
        }
        assertDecided(judge(header, "x@attacker.example", "10.99.0.1"), "temperror", "reject", "dmarc-reject");
    }

    @Test
    void monitorModeAcceptsAndRecordsTheDecision() {
        mode = Mode.MONITOR;
        MessageOutcome.Judged outcome = forged(UNDECIDED);
        assertThat(outcome.decision().verdict().keyword()).isEqualTo("accept");
        assertDecided(outcome, "temperror", "tempfail", "dmarc-temperror-deferred");
        assertThat(LogFields.of(outcome)).containsEntry("would-be", "tempfail");
    }
}
