package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.TrafficRules.Direction;
import org.countersign.config.Configuration;
import org.countersign.dkim.DkimResult;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.keys.SignatureProblem;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.Verdict;
import org.countersign.signing.SigningPolicy;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineFactoryTest {
    private final StaticZone zone =
            StaticZone.builder().txt("_dmarc.example.org", "v=DMARC1; p=reject").build();

    private static SmtpTransaction transaction(String client) {
        return new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress(client).orElseThrow(), ""),
                "client.example",
                ReversePath.parse("a@other.example"),
                Optional.empty(),
                "",
                "host.example");
    }

    private MessageOutcome conclude(String policyFile, String client) {
        return conclude(zone, policyFile, client);
    }

    private static MessageOutcome conclude(StaticZone zone, String policyFile, String client) {
        CountersignEngine engine = EngineFactory.engine(
                valid(policyFile), SigningPolicy.NOTHING, zone, InstantSource.system(), (identity, state) -> {});
        try (MessageSession flow = engine.open(transaction(client))) {
            flow.header(HeaderField.of("From", " a@example.org"));
            flow.header(HeaderField.of("Authentication-Results", " old.example; dmarc=pass"));
            flow.endOfHeaders();
            byte[] body = "x\r\n".getBytes(StandardCharsets.US_ASCII);
            flow.body(body, 0, body.length);
            return flow.conclude();
        }
    }

    @Test
    void anEmptyFileMakesTheDefaults() {
        assertThat(Configuration.DEFAULT.traffic()).isEqualTo(TrafficRules.DEFAULT);
        MessageOutcome conclusion = conclude("", "192.0.2.1");
        assertThat(conclusion.decision().verdict()).isInstanceOf(Verdict.Accept.class);
        assertThat(conclusion.decision().isSuppressedByMonitor()).isTrue();
    }

    @Test
    void theModeDecidesWhetherMailIsRefused() {
        assertThat(conclude("mode: enforce", "192.0.2.1").decision().verdict()).isInstanceOf(Verdict.Reject.class);
    }

    @Test
    void resultsStandUnderTheNameConfiguredAndForgedOnesOfItsAliasesGo() {
        String file = "authserv-id: mx.example.net\nauthserv-id-aliases: [old.example]\n";
        MessageOutcome conclusion = conclude(file, "192.0.2.1");
        assertThat(conclusion.edits())
                .contains(new HeaderEdit.Remove("Authentication-Results", 1))
                .anySatisfy(edit -> assertThat(edit.toString()).contains("mx.example.net;"));
        assertThat(conclude("authserv-id: mx.example.net", "192.0.2.1").edits())
                .noneMatch(HeaderEdit.Remove.class::isInstance);
    }

    @Test
    void networksToSkipAreNotJudged() {
        String file = "inbound: {skip-networks: [192.0.2.0/24]}";
        assertThat(conclude(file, "192.0.2.1")).isInstanceOf(MessageOutcome.PassedThrough.class);
        assertThat(conclude(file, "127.0.0.1")).isInstanceOf(MessageOutcome.Judged.class);
    }

    @Test
    void theSectionOfSpfDecidesWhatIsCheckedAndWithinWhichLimits() {
        StaticZone wasteful = StaticZone.builder()
                .txt("other.example", "v=spf1 a:x.example a:y.example a:z.example -all")
                .txt("client.example", "v=spf1 -all")
                .build();
        assertThat(facts("", wasteful).spf().keyword()).isEqualTo("permerror");
        assertThat(facts("spf: {void-lookups: 3}", wasteful).spf().keyword()).isEqualTo("fail");
        assertThat(facts("", wasteful).helo())
                .hasValueSatisfying(helo -> assertThat(helo.keyword()).isEqualTo("fail"));
        assertThat(facts("spf: {check-helo: false}", wasteful).helo()).isEmpty();
    }

    @Test
    void theSectionOfDkimDecidesWhichSignaturesAreVerified() {
        StaticZone nowhere = StaticZone.builder().build();
        List<HeaderField> two = List.of(signatureOf("one"), signatureOf("two"));
        assertThat(facts("", nowhere, two).signatures())
                .extracting(DkimResult::keyword)
                .containsExactly("permerror", "permerror");
        assertThat(facts("dkim: {max-signatures: 1}", nowhere, two).signatures())
                .extracting(result -> result.failure().orElseThrow().problem())
                .containsExactly(SignatureProblem.NO_KEY, SignatureProblem.TOO_MANY_SIGNATURES);
    }

    private static HeaderField signatureOf(String selector) {
        return HeaderField.of(
                "DKIM-Signature",
                " v=1; a=rsa-sha256; d=example.org; s=" + selector + "; h=from; b=" + "A".repeat(172) + "; bh="
                        + "A".repeat(43) + "=");
    }

    private static MessageFacts facts(String policyFile, StaticZone zone) {
        return facts(policyFile, zone, List.of());
    }

    private static MessageFacts facts(String policyFile, StaticZone zone, List<HeaderField> more) {
        CountersignEngine engine = EngineFactory.engine(
                valid(policyFile), SigningPolicy.NOTHING, zone, InstantSource.system(), (identity, state) -> {});
        try (MessageSession flow = engine.open(transaction("192.0.2.1"))) {
            flow.header(HeaderField.of("From", " a@example.org"));
            more.forEach(flow::header);
            flow.endOfHeaders();
            return ((MessageOutcome.Judged) flow.conclude()).facts();
        }
    }

    @Test
    void theLogSaysWhereTheOtherMethodDiffersAndOnlyThere() {
        String shadow = "dmarc: {organizational-domain: shadow}";
        StaticZone spared = StaticZone.builder()
                .txt("_dmarc.example.org", "v=DMARC1; p=reject; pct=0")
                .build();
        assertThat(LogFields.of(conclude(spared, shadow, "192.0.2.1")))
                .containsEntry("dmarc", "fail")
                .containsEntry("policy", "reject")
                .containsEntry("dmarc-shadow", "psl:fail:quarantine");
        assertThat(LogFields.of(conclude(shadow, "192.0.2.1"))).doesNotContainKey("dmarc-shadow");
        assertThat(LogFields.of(conclude(spared, "", "192.0.2.1"))).doesNotContainKey("dmarc-shadow");
        assertThat(LogFields.of(conclude(spared, "dmarc: {organizational-domain: psl}", "192.0.2.1")))
                .containsEntry("policy", "quarantine")
                .doesNotContainKey("dmarc-shadow");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                                          | INTERNAL | INTERNAL | INTERNAL",
                "signing: { KEYS }                                         | OUTBOUND | OUTBOUND | OUTBOUND",
                "signing: { table-file: t }                                | OUTBOUND | OUTBOUND | OUTBOUND",
                "signing: { KEYS, when: { networks: [] } }                 | INTERNAL | INTERNAL | INTERNAL",
                "signing: { KEYS, when: { networks: [192.0.2.0/24] } }     | INTERNAL | INTERNAL | INTERNAL",
                "signing: { KEYS, when: { networks: [127.0.0.0/8] } }      | OUTBOUND | INTERNAL | INTERNAL",
                "signing: { KEYS, when: { networks: [], local: true } }    | OUTBOUND | OUTBOUND | OUTBOUND",
                "signing: { KEYS, when: { local: false } }                 | INTERNAL | INTERNAL | INTERNAL",
                "signing: { when: { local: true } }                        | INTERNAL | INTERNAL | INTERNAL",
                // Where mail from loopback is judged, loopback is not taken for the machine itself.
                "inbound: { skip-networks: [] }, signing: { KEYS }         | INBOUND | INBOUND | INTERNAL",
                "inbound: { skip-networks: [127.0.0.1] }, signing: { KEYS } | OUTBOUND | INBOUND | OUTBOUND",
                "inbound: { skip-networks: [] }, signing: { KEYS, when: { local: true } } | OUTBOUND | OUTBOUND | OUTBOUND",
            })
    void mailOfTheMachineItselfIsSignedOnceThereAreKeys(
            String policy, Direction loopback, Direction loopback6, Direction local) {
        String keys = "keys: [{ domain: example.org, selector: s, key-file: k }]";
        TrafficRules rules = valid("{ " + (policy == null ? "" : policy.replace("KEYS", keys)) + " }")
                .traffic();
        assertThat(rules.direction(transaction("127.0.0.1"))).isEqualTo(loopback);
        assertThat(rules.direction(transaction("::1"))).isEqualTo(loopback6);
        SmtpTransaction socket = new SmtpTransaction(
                new Client.Local(), "", ReversePath.parse("a@example.org"), Optional.empty(), "", "host.example");
        assertThat(rules.direction(socket)).isEqualTo(local);
        assertThat(rules.direction(transaction("192.0.2.77"))).isNotEqualTo(Direction.INTERNAL);
    }

    @Test
    void everyRuleOfTrafficComesFromTheFile() {
        assertThat(valid("""
            inbound: {skip-networks: [10.0.0.0/8]}
            signing: {when: {authenticated: false, networks: [192.0.2.0/24], daemon-names: [SUBMIT]}}
            """).traffic())
                .isEqualTo(new TrafficRules(
                        List.of(IpNetwork.parse("10.0.0.0/8").orElseThrow()),
                        false,
                        List.of(IpNetwork.parse("192.0.2.0/24").orElseThrow()),
                        List.of("SUBMIT")));
    }
}
