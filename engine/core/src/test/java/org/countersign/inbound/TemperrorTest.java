package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.crypto.RsaEngine;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.message.MessageReader;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.PolicySettings;
import org.countersign.policy.QuarantineAction;
import org.countersign.syntax.Octets;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail for which DMARC cannot be evaluated is deferred for a limited time, and no sender gains by causing it. */
@Timeout(60)
class TemperrorTest {
    private static final Duration TWELVE_HOURS = Duration.ofHours(12);
    private static final String BODY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private static final String LONG_ENOUGH = "A".repeat(171) + "=";
    private static final String UNDECIDED = signature("bank.example", "k1", LONG_ENOUGH);
    private static final String FORGER = "203.0.113.66";
    private static final String BANK = "192.0.2.1";

    private final ManualClock clock = ManualClock.started();
    private final List<TemperrorTable.Persistent> reported = new ArrayList<>();
    private final TemperrorTable table = new TemperrorTable(clock, reported::add);
    private PolicySettings settings = PolicySettings.DEFAULT;
    private Mode mode = Mode.ENFORCE;
    private DnsClient dns = zone("v=DMARC1; p=reject");

    private static DnsClient zone(String record) {
        StaticZone.Builder zone = StaticZone.builder()
                .txt("_dmarc.bank.example", record)
                .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
                .txt("attacker.example", "v=spf1 +all")
                .failure("old.bank.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE)
                .failure("_dmarc.lame.bank.example", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        for (String key :
                List.of("k1._domainkey.bank.example", "s._domainkey.old.bank.example", "k1._domainkey.x.test")) {
            zone.failure(key, RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        }
        return zone.build();
    }

    private MessageOutcome.Judged judge(String header, String mailFrom, String address) {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withAuthservId("mx.receiver.example")
                        .withMode(mode)
                        .withRules(PolicyRules.of(settings, List.of())),
                dns,
                clock,
                RsaEngine.jca(),
                table,
                ArcSealingPolicy.NEVER);
        return judge(checks, header, mailFrom, address);
    }

    private static MessageOutcome.Judged judge(InboundChecks checks, String header, String mailFrom, String address) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress(address).orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client, "client.example", ReversePath.parse(mailFrom), Optional.empty(), "", "mx.receiver.example");
        byte[] message = Octets.latin1(header + "Subject: x\r\n\r\n").toByteArray();
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            MessageReader.read(new ByteArrayInputStream(message), mail, 100_000);
            return mail.conclude();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private MessageOutcome.Judged forged(String signature) {
        return judge(signature + "From: ceo@bank.example\r\n", "x@attacker.example", FORGER);
    }

    private static String signature(String domain, String selector, String b) {
        return signature(domain, selector, b, BODY_HASH, "");
    }

    private static String signature(String domain, String selector, String b, String bh, String more) {
        return "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector + "; h=from; bh="
                + bh + "; " + more + "b=" + b + "\r\n";
    }

    private static void assertDecided(MessageOutcome.Judged outcome, String dmarc, String verdict, String rule) {
        assertThat(List.of(
                        outcome.facts().dmarcKeyword(),
                        outcome.decision().ruled().keyword(),
                        outcome.decision().rule()))
                .as(outcome.decision().reason())
                .containsExactly(dmarc, verdict, rule);
    }

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

    private static AddressPatterns bank() {
        return AddressPatterns.of(
                List.of(AddressPattern.parseDomain("bank.example").orElseThrow()));
    }

    private void set(AddressPatterns open, AddressPatterns closed, DmarcPolicy treat, DmarcPolicy onReject) {
        settings = new PolicySettings(
                List.of(),
                treat == DmarcPolicy.QUARANTINE && onReject == DmarcPolicy.NONE ? Map.of() : Map.of(treat, bank()),
                open,
                closed,
                onReject,
                new IndirectFlow(
                        AddressPatterns.NONE,
                        List.of(IpNetwork.parse("198.51.100.0/24").orElseThrow()),
                        AddressPatterns.NONE,
                        AddressPatterns.NONE),
                DmarcPolicy.QUARANTINE,
                QuarantineAction.MARK,
                "https://help.example/");
    }

    @Test
    void failOpenAcceptsAndFailClosedAlwaysDefers() {
        set(bank(), AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "fail-open");
        set(AddressPatterns.NONE, bank(), DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "fail-closed");
        clock.advance(Duration.ofDays(3));
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "fail-closed");
    }

    @Test
    void treatAsReplacesThePublishedPolicy() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.NONE, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "treat-as-none");
        dns = zone("v=DMARC1; p=none");
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "treat-as-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(forged(UNDECIDED), "temperror", "reject", "treat-as-reject");
    }

    @Test
    void treatAsAlsoLimitsTheDeferralOfADomainWithoutARecord() {
        dns = zone("no record");
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "none", "tempfail", "treat-as-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(forged(UNDECIDED), "none", "reject", "treat-as-reject");
    }

    @Test
    void aKnownForwarderCountsForAnAppliedPolicy() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.QUARANTINE, DmarcPolicy.NONE);
        settings = new PolicySettings(
                settings.protect(),
                Map.of(),
                settings.failOpen(),
                settings.failClosed(),
                DmarcPolicy.REJECT,
                settings.indirect(),
                settings.onIndirect(),
                settings.quarantining(),
                settings.helpUrl());
        String header = UNDECIDED + "From: ceo@bank.example\r\n";
        assertDecided(
                judge(header, "x@list.example", "198.51.100.7"), "temperror", "tempfail", "dmarc-temperror-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(judge(header, "x@list.example", "198.51.100.7"), "temperror", "quarantine", "indirect-flow");
    }

    @Test
    void mailIsNotDeferredIfRejectIsNotEnforced() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.QUARANTINE, DmarcPolicy.NONE);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "dmarc-temperror-accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v=DMARC1; p=none; np=reject", "v=DMARC1; p=reject; np=none"})
    void mailIsDeferredIfTheExistenceOfTheAuthorDomainIsUnknown(String record) {
        dns = new Unanswered(zone(record), DnsQuery.a(DomainName.of("nobody.bank.example")));
        MessageOutcome.Judged outcome = judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER);
        assertDecided(outcome, "temperror", "tempfail", "dmarc-temperror-deferred");
        assertThat(outcome.facts().dmarc().orElseThrow().evidence().candidates())
                .hasSize(2);
        assertThat(outcome.facts().dmarc().orElseThrow().evidence().published()).isPresent();
    }

    @Test
    void existenceDoesNotMatterIfBothPoliciesGiveTheSameResult() {
        dns = new Unanswered(
                zone("v=DMARC1; p=none; np=quarantine; t=y"), DnsQuery.a(DomainName.of("nobody.bank.example")));
        assertDecided(
                judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER),
                "temperror",
                "accept",
                "dmarc-temperror-accepted");
    }

    /** A slow SPF record must not use up the time for the query whether the Author Domain exists. */
    @Test
    void existenceIsQueriedWhileASlowSpfRecordIsAwaited() {
        DnsQuery<DnsRecord.Address> existence = DnsQuery.a(DomainName.of("nobody.bank.example"));
        DnsClient zone = zone("v=DMARC1; p=none; np=reject");
        CountDownLatch asked = new CountDownLatch(1);
        dns = new Waiting(zone, DnsQuery.txt(DomainName.of("attacker.example")), existence, asked);
        assertDecided(
                judge("From: x@nobody.bank.example\r\n", "x@attacker.example", FORGER),
                "fail",
                "reject",
                "dmarc-reject");
    }

    @Test
    void anOrdinaryMessageMakesNoQueryAboutExistence() {
        dns = zone("v=DMARC1; p=reject; np=reject");
        MessageOutcome.Judged own = judge("From: ceo@bank.example\r\n", "x@bank.example", BANK);
        MessageOutcome.Judged below = judge("From: ceo@www.bank.example\r\n", "x@bank.example", BANK);
        assertThat(List.of(own, below))
                .allSatisfy(outcome -> assertThat(outcome.lookups())
                        .noneMatch(lookup -> lookup.query().toString().startsWith("A ")));
    }

    /** One query gets no answer. */
    private record Unanswered(DnsClient dns, DnsQuery<?> question) implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> asked, Instant deadline) {
            return asked.equals(question)
                    ? new DnsAnswer.Unavailable<>(DnsAnswer.Failure.TIMEOUT, AnswerMetadata.NONE)
                    : dns.lookup(asked, deadline);
        }
    }

    /** One query is answered after another one has been made. */
    private record Waiting(DnsClient dns, DnsQuery<?> slow, DnsQuery<?> awaited, CountDownLatch asked)
            implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            if (question.equals(awaited)) {
                asked.countDown();
            }
            if (question.equals(slow)) {
                try {
                    assertThat(asked.await(30, TimeUnit.SECONDS))
                            .as("asked meanwhile")
                            .isTrue();
                } catch (InterruptedException givenUp) {
                    Thread.currentThread().interrupt();
                }
            }
            return dns.lookup(question, deadline);
        }
    }
}
