package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcRun;
import org.countersign.arc.ChainStatus;
import org.countersign.authres.ArcAuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.inbound.ArcSealingPolicy;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.inbound.TemperrorTable;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.KeyValidity;
import org.countersign.signing.PublishedKeyMonitor;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.countersign.testing.TestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail that is judged and sealed. */
class SealedMailTest {
    private static final SigningIdentity KEY = identity("mx.receiver.example");
    private static final SigningIdentity LIST = identity("list.example");
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.sender.example", "v=DMARC1; p=reject")
            .txt("_dmarc.careful.example", "v=DMARC1; p=quarantine")
            .txt("s1._domainkey.mx.receiver.example", TestKeys.RSA.publicKeyRecord())
            .txt("s1._domainkey.list.example", TestKeys.RSA.publicKeyRecord())
            .build();
    private static final InstantSource CLOCK = InstantSource.fixed(ArcRun.NOW);
    private static final TestMessage MESSAGE = TestMessage.parse("""
        Authentication-Results: mx.receiver.example; dmarc=pass
        Authentication-Results: elsewhere.example; dmarc=pass
        X-Countersign-Verdict: accept
        From: a@sender.example
        Subject: Lunch

        At noon?
        """);

    private static final TestMessage LISTED = TestMessage.parse("""
        DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x; h=from; bh=AAAA; b=AAAA
        From: a@sender.example
        Subject: Lunch
        List-Id: <lunch.sender.example>
        List-Unsubscribe: <https://sender.example/leave>

        At noon?
        """);
    private static final Client.Ip CLIENT =
            new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
    private static final SmtpTransaction TRANSACTION = new SmtpTransaction(
            CLIENT,
            "mail.sender.example",
            ReversePath.parse("a@sender.example"),
            Optional.empty(),
            "",
            "mx.receiver.example");

    private static SigningIdentity identity(String domain) {
        return new SigningIdentity(DomainName.of(domain), "s1", TestKeys.RSA);
    }

    private static ArcSealingPolicy sealer(KeyValidity validity) {
        return ArcSealingPolicy.of(new ScheduledKey(KEY, validity), Optional.empty(), UnpublishedKeyAction.SIGN, CLOCK);
    }

    private static InboundChecks checks(ArcSealingPolicy sealer, UnaryOperator<InboundSettings> more) {
        return InboundChecks.of(
                more.apply(InboundSettings.DEFAULT.withMode(Mode.ENFORCE)),
                ZONE,
                CLOCK,
                RsaEngine.jca(),
                new TemperrorTable(CLOCK, persistent -> {}),
                sealer);
    }

    private static PolicyRules rules(String policy) {
        return valid(policy).inbound().rules();
    }

    private static MessageOutcome.Judged outcome(
            TestMessage message, ArcSealingPolicy sealer, UnaryOperator<InboundSettings> more) {
        try (InboundMessage mail = new InboundMessage(checks(sealer, more), TRANSACTION)) {
            message.pour(mail);
            return mail.conclude();
        }
    }

    private static MessageOutcome.Judged outcome(TestMessage message) {
        return outcome(message, sealer(KeyValidity.ALWAYS), settings -> settings);
    }

    private static TestMessage from(String author) {
        return TestMessage.parse("From: " + author + "\nSubject: x\n\nx\n");
    }

    @Test
    void theArcSetIsAboveTheResultsAndVerifiesAfterAllEdits() {
        MessageOutcome.Judged outcome = outcome(MESSAGE);
        TestMessage passedOn = MESSAGE.edited(outcome.edits());
        assertThat(passedOn.headers().fields().stream().map(HeaderField::name))
                .containsExactly(
                        "ARC-Seal",
                        "ARC-Message-Signature",
                        "ARC-Authentication-Results",
                        "Authentication-Results",
                        "Authentication-Results",
                        "From",
                        "Subject");
        assertThat(ArcRun.verify(passedOn, ZONE)).isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void theArcSetHasTheResultsOfTheAddedField() {
        TestMessage passedOn = MESSAGE.edited(outcome(MESSAGE).edits());
        HeaderField carried = passedOn.headers().fields().get(2);
        HeaderField ours = passedOn.headers().fields().get(3);
        assertThat(AuthenticationResultsParser.parseArc(carried.value()))
                .map(ArcAuthenticationResults::results)
                .contains(AuthenticationResultsParser.parse(ours.value()));
    }

    @Test
    void anExistingChainIsContinuedWithItsResult() {
        TestMessage listed = ArcRun.sealed(MESSAGE, LIST, ZONE);
        MessageOutcome.Judged outcome = outcome(listed);
        assertThat(outcome.seal())
                .hasValueSatisfying(seal -> assertThat(seal.instance()).isEqualTo(2));
        assertThat(ArcRun.verify(listed.edited(outcome.edits()), ZONE))
                .isInstanceOfSatisfying(
                        ArcResult.Pass.class,
                        pass -> assertThat(pass.chain().oldestPass()).isZero());
        assertThat(LogFields.of(outcome)).containsEntry("sealed", "2:pass");
    }

    @Test
    void aBrokenChainIsMarkedAsFailedOnce() {
        TestMessage broken = ArcRun.sealed(MESSAGE, LIST, ZONE).withBody("At one?\r\n");
        MessageOutcome.Judged first = outcome(broken);
        assertThat(first.seal())
                .hasValueSatisfying(seal -> assertThat(seal.status()).isEqualTo(ChainStatus.FAIL));
        MessageOutcome.Judged second = outcome(broken.edited(first.edits()));
        assertThat(second.seal()).isEmpty();
        assertThat(second.facts().arc()).isInstanceOf(ArcResult.Fail.class);
    }

    @Test
    void refusedMailIsNotSealed() {
        MessageOutcome.Judged outcome = outcome(from("eve@sender.example, x@other.example"));
        assertThat(outcome.decision().verdict().keyword()).isEqualTo("reject");
        assertThat(outcome.seal()).isEmpty();
        assertThat(outcome.edits()).noneMatch(edit -> edit.toString().contains("ARC-"));
    }

    @Test
    void quarantinedMailIsSealedAndVerifiesWithItsMark() {
        TestMessage message = from("a@careful.example");
        MessageOutcome.Judged outcome = outcome(message);
        assertThat(outcome.decision().verdict().keyword()).isEqualTo("quarantine");
        assertThat(ArcRun.verify(message.edited(outcome.edits()), ZONE)).isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void inMonitorModeMailThatWouldBeRefusedIsSealed() {
        MessageOutcome.Judged outcome = outcome(
                from("eve@sender.example, x@other.example"),
                sealer(KeyValidity.ALWAYS),
                settings -> settings.withMode(Mode.MONITOR));
        assertThat(outcome.seal()).isPresent();
    }

    @Test
    void mailWithAnOversizedHeaderIsNotSealed() {
        MessageLimits limits = new MessageLimits(2, 10_000, 100, Duration.ofSeconds(5));
        assertThat(outcome(
                                MESSAGE,
                                sealer(KeyValidity.ALWAYS),
                                settings -> settings.withMode(Mode.MONITOR).withLimits(limits))
                        .seal())
                .isEmpty();
    }

    @Test
    void receivedSpfDoesNotBreakTheSeal() {
        MessageOutcome.Judged outcome =
                outcome(MESSAGE, sealer(KeyValidity.ALWAYS), settings -> settings.withReceivedSpf(true));
        TestMessage passedOn = MESSAGE.edited(outcome.edits());
        assertThat(passedOn.headers().all("Received-SPF")).isNotEmpty();
        assertThat(ArcRun.verify(passedOn, ZONE)).isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void editsOfARuleDoNotBreakTheSeal() {
        MessageOutcome.Judged outcome =
                outcome(LISTED, sealer(KeyValidity.ALWAYS), settings -> settings.withRules(rules("""
                        rules:
                          - name: tidy
                            when: { dmarc: [pass, fail, none] }
                            then: tag
                            add-headers: [{ name: List-Id, value: "<{helo}>" }]
                            remove-headers: [Subject, List-Unsubscribe, DKIM-Signature]
                        """)));
        TestMessage passedOn = LISTED.edited(outcome.edits());
        assertThat(outcome.decision().rule()).isEqualTo("tidy");
        assertThat(passedOn.headers().all("Subject")).isEmpty();
        assertThat(passedOn.headers().all("List-Id")).hasSize(2);
        assertThat(ArcRun.verify(passedOn, ZONE)).isInstanceOf(ArcResult.Pass.class);
    }

    @Test
    void discardedMailIsNotSealed() {
        MessageOutcome.Judged outcome =
                outcome(MESSAGE, sealer(KeyValidity.ALWAYS), settings -> settings.withRules(rules("""
                        rules: [{ name: drop, when: { dmarc: pass }, then: discard }]
                        """)));
        assertThat(outcome.decision().rule()).isEqualTo("drop");
        assertThat(outcome.seal()).isEmpty();
    }

    @Test
    void eachDecisionForSomeRecipientsHasItsOwnSeal() {
        InboundChecks checks = checks(sealer(KeyValidity.ALWAYS), settings -> settings.withRules(rules("""
                        rules:
                          - { name: untitled, when: { recipient: b@receiver.example }, then: tag, remove-headers: [Subject] }
                        """)));
        MessageOutcome.Judged both;
        MessageOutcome.Judged one;
        MessageOutcome.Judged other;
        try (InboundMessage mail = new InboundMessage(checks, TRANSACTION)) {
            List.of("a@receiver.example", "b@receiver.example").forEach(mail::recipient);
            LISTED.pour(mail);
            both = mail.conclude();
            one = mail.decideFor(both, List.of("a@receiver.example"));
            other = mail.decideFor(both, List.of("b@receiver.example"));
        }
        assertThat(other.decision().rule()).isEqualTo("untitled");
        assertThat(other.seal()).isNotEqualTo(one.seal());
        for (MessageOutcome.Judged outcome : List.of(both, one, other)) {
            assertThat(ArcRun.verify(LISTED.edited(outcome.edits()), ZONE)).isInstanceOf(ArcResult.Pass.class);
        }
    }

    @Test
    void nothingIsSealedByDefault() {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT, ZONE, CLOCK);
        try (InboundMessage mail = new InboundMessage(
                checks, new SmtpTransaction(client, "h", ReversePath.parse(""), Optional.empty(), "", "mx"))) {
            mail.endOfHeaders();
            assertThat(mail.conclude().seal()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsNotInUseSealsNothing() {
        Instant now = ArcRun.NOW;
        Optional<Instant> never = Optional.empty();
        for (KeyValidity validity : List.of(
                new KeyValidity(Optional.of(now.plusSeconds(1)), never), new KeyValidity(never, Optional.of(now)))) {
            assertThat(outcome(MESSAGE, sealer(validity), settings -> settings).seal())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(UnpublishedKeyAction.class)
    void anUnpublishedKeySealsOnlyIfSignIsConfigured(UnpublishedKeyAction choice) {
        SigningIdentity unpublished = identity("nowhere.example");
        PublishedKeyMonitor monitor =
                new PublishedKeyMonitor(ZONE, CLOCK, Duration.ofHours(1), Runnable::run, (key, state) -> {});
        ArcSealingPolicy sealer = ArcSealingPolicy.of(
                new ScheduledKey(unpublished, KeyValidity.ALWAYS), Optional.of(monitor), choice, CLOCK);
        assertThat(outcome(MESSAGE, sealer, settings -> settings).seal().isPresent())
                .isEqualTo(choice == UnpublishedKeyAction.SIGN);
        ArcSealingPolicy published =
                ArcSealingPolicy.of(new ScheduledKey(KEY, KeyValidity.ALWAYS), Optional.of(monitor), choice, CLOCK);
        assertThat(outcome(MESSAGE, published, settings -> settings).seal()).isPresent();
    }
}
