package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.DnsTrace;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.AlternativeDecision;
import org.countersign.policy.Decision;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.LocalPolicy;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.PolicySettings;
import org.countersign.policy.QuarantineAction;
import org.countersign.policy.SensitivityAnalysis;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ConformanceRun;
import org.countersign.testing.TestKeys;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;

class FullExplanationTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
    private static final List<ConformanceCase> CASES = ConformancePack.load();

    @Test
    void isReadAsItWasWrittenAndHasTheSameText() throws IOException {
        for (ConformanceCase vector : CASES) {
            Explanation.Group tree = full(vector);
            Explanation.Group read = ExplanationJson.read(ExplanationJson.toBytes(tree));
            assertThat(read).as(vector.id()).isEqualTo(tree);
            assertThat(text(read)).as(vector.id()).isEqualTo(text(tree));
        }
    }

    @Test
    void textIsPrintableAndFitsATerminal() {
        for (ConformanceCase vector : CASES) {
            assertThat(text(full(vector)).lines()).as(vector.id()).allSatisfy(line -> {
                assertThat(line.length()).as(line).isLessThanOrEqualTo(80);
                assertThat(line.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
            });
        }
    }

    @Test
    void aForgedMessageIsExplainedFromTheReplyToTheRecords() {
        String text = text(full(vector("forged-from-policy-reject")));
        assertThat(text)
                .startsWith("verdict   reject: 550 5.7.26 Email rejected")
                .contains(
                        "\nWhat would have changed it\n",
                        "  sender    If the DMARC record of example.org had p=none, the message would\n",
                        "  receiver  If dmarc.on-reject were quarantine, the message would have been\n",
                        "  SPF       not aligned (relaxed): attacker.example belongs to another\n",
                        "  walk      _dmarc.example.org: record\n            _dmarc.org: nothing\n",
                        "  terms     ip4:203.0.113.66 of attacker.example: match\n",
                        "    body    the hash is the signed one, 31 of 31 octets hashed\n",
                        "  TXT _dmarc.example.org: 1 record, TTL 3600 s, 0 ms\n      v=DMARC1; p=reject\n",
                        "  TXT _dmarc.org: no such name, TTL 3600 s, 0 ms\n",
                        "  oversized-header: needs header-too-large: true, but it is false\n",
                        "  dmarc-reject matches: ");
    }

    @Test
    void aSignatureThatDoesNotVerifyIsExplainedWithBothHashes() {
        String text = text(full(vector("mailing-list-footer")));
        assertThat(text)
                .contains(
                        "example.org was not compared, because DKIM\n",
                        "    body    the hash is yOtj4EoDqUTGGjlD5LtmnP6Zb0oA8NLwXonnFwgFKLQ=, signed was\n",
                        "  sender    If the signature of example.org (selector test) verified, which it\n");
    }

    @Test
    void aTrustedSealerLeadsToTheVerdictThatIsClaimed() {
        ConformanceCase sealed = vector("arc-changed-between-two-handlers");
        MessageOutcome.Judged outcome = ConformanceRun.outcome(sealed);
        AlternativeDecision claim = SensitivityAnalysis.of(outcome.facts(), outcome.policy()).stream()
                .filter(each -> each.change() == AlternativeDecision.Change.TRUSTED_SEALER)
                .findFirst()
                .orElseThrow();
        assertThat(claim.condition()).contains("list.example");

        PolicySettings settings = new PolicySettings(
                List.of(),
                Map.of(),
                AddressPatterns.NONE,
                AddressPatterns.NONE,
                DmarcPolicy.REJECT,
                new IndirectFlow(
                        AddressPatterns.of(List.of(new AddressPattern.Domain(DomainName.of("list.example")))),
                        List.of(),
                        AddressPatterns.NONE,
                        AddressPatterns.NONE),
                DmarcPolicy.QUARANTINE,
                QuarantineAction.MARK,
                "https://help.example");
        Decision decision = new LocalPolicy(Mode.ENFORCE, PolicyRules.of(settings, List.of())).decide(outcome.facts());
        assertThat(decision.rule()).isEqualTo(claim.decision().rule()).isEqualTo("indirect-flow");
        assertThat(decision.verdict()).isEqualTo(claim.decision().verdict());
    }

    @Test
    void nothingIsRecommendedThatAForgerCanDo() {
        for (ConformanceCase vector : CASES) {
            full(vector).members().forEach((key, value) -> {
                if (key.equals("alternatives") && value instanceof Explanation.Items alternatives) {
                    assertThat(alternatives.items()).as(vector.id()).allSatisfy(item -> {
                        Members alternative = new Members((Explanation.Group) item);
                        assertThat(alternative.textOrEmpty("by")).isIn("sender", "receiver");
                        assertThat(alternative.textOrEmpty("explain"))
                                .doesNotContainIgnoringCase("From field")
                                .doesNotContainIgnoringCase("header section");
                    });
                }
            });
        }
    }

    @Test
    void anExplanationOfAnAttackIsBounded() throws IOException {
        StaticZone.Builder zone = StaticZone.builder();
        StringBuilder spf = new StringBuilder("v=spf1");
        for (int i = 0; i < 900; i++) {
            spf.append(" ip4:10.0.").append(i / 250).append('.').append(i % 250);
        }
        zone.txt("attacker.example", spf + " -all").txt("_dmarc.attacker.example", "v=DMARC1; p=reject");
        for (int i = 0; i < 10; i++) {
            zone.txt("s" + i + "._domainkey.attacker.example", "v=DKIM1; p=" + "A".repeat(64_000));
        }
        DnsRecorder recorder = DnsRecorder.of(CLOCK);
        MessageOutcome.Judged outcome = judge(zone.build(), recorder, 10);
        byte[] json = ExplanationJson.toBytes(MessageExplanation.full(outcome, recorder.trace()));

        assertThat(json.length).isLessThan(256 * 1024);
        Members tree = new Members(ExplanationJson.read(json));
        assertThat(tree.list("dkim")).hasSize(10);
        assertThat(tree.members("spf").list("terms")).hasSize(100);
        assertThat(tree.members("spf").textOrEmpty("terms-omitted")).isEqualTo("801");
    }

    @Test
    void withoutARecorderNoQueryAndNoTermIsRecorded() {
        StaticZone zone =
                StaticZone.builder().txt("attacker.example", "v=spf1 -all").build();
        MessageOutcome.Judged off = judge(zone, DnsRecorder.OFF, 1);
        assertThat(off.facts().spf().evidence().terms()).isEmpty();
        assertThat(DnsRecorder.OFF.trace()).isSameAs(DnsTrace.NONE);

        MessageOutcome.Judged on = judge(zone, DnsRecorder.of(CLOCK), 1);
        assertThat(on.facts().spf().evidence().terms()).isNotEmpty();
        assertThat(on.decision()).isEqualTo(off.decision());
        assertThat(on.lookups()).isEqualTo(off.lookups());
    }

    @Test
    void anAnswerThatThereWasNoMemoryForIsShownWithWhatTheMessageUsed() {
        StaticZone zone = StaticZone.builder()
                .txt("attacker.example", "v=spf1 ip4:192.0.2.66 " + "ip4:192.0.2.1 ".repeat(100) + "-all")
                .build();
        DnsRecorder recorder = DnsRecorder.of(CLOCK);
        MessageOutcome.Judged outcome = judge(zone, recorder, 0, octets -> false);
        Members query = new Members(MessageExplanation.full(outcome, recorder.trace()))
                .list("dns").stream()
                        .filter(each -> each.textOrEmpty("question").equals("TXT attacker.example"))
                        .findFirst()
                        .orElseThrow();
        assertThat(query.textOrEmpty("answer")).isEqualTo("1 record");
        assertThat(query.textOrEmpty("used-as")).startsWith("no room for the query or its answer");
    }

    @Test
    void aQueryThatTheMessageDidNotWaitForIsListedAsSuch() {
        DnsRecorder recorder = DnsRecorder.of(CLOCK);
        DnsClient client = recorder.recording(new DnsClient() {
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                // The trace is taken before the answer arrives.
                MessageOutcome.Judged outcome = judge(StaticZone.builder().build(), DnsRecorder.OFF, 0);
                assertThat(text(MessageExplanation.full(outcome, recorder.trace())))
                        .contains("TXT late.example: none when the message was decided");
                return new DnsAnswer.NoData<>(AnswerMetadata.ttl(Duration.ZERO));
            }
        });
        client.lookup(DnsQuery.txt(DomainName.of("late.example")), Instant.MAX);
        assertThat(recorder.trace().queries()).hasSize(1);
    }

    @Test
    void anOutboundMessageShowsTheEntriesAndWhatTheyNeed() {
        SigningIdentity identity = new SigningIdentity(DomainName.of("example.org"), "s1", TestKeys.ED25519);
        CountersignEngine engine = new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(
                        InboundSettings.DEFAULT, StaticZone.builder().build(), CLOCK)),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT,
                        TrafficRules.DEFAULT,
                        SigningSelector.unmonitored(SigningPolicy.ofDomains(List.of(identity))),
                        CLOCK)));

        Members signed = new Members(submit(engine, "alice@example.org"));
        assertThat(signed.list("entries")).singleElement().satisfies(entry -> {
            assertThat(entry.flag("matches")).isTrue();
            assertThat(entry.list("keys").getFirst().flag("in-use")).isTrue();
        });
        Explanation.Group unsigned = submit(engine, "alice@other.example");
        assertThat(new Members(unsigned).list("entries")).isEmpty();
        assertThat(text(unsigned)).contains("no-signing-entry", "user: alice");
    }

    private static Explanation.Group submit(CountersignEngine engine, String author) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), ""),
                "client.example",
                ReversePath.parse("<" + author + ">"),
                Optional.of("alice"),
                "",
                "mx.example.org");
        try (MessageSession session = engine.open(transaction, DnsRecorder.of(CLOCK))) {
            session.header(HeaderField.of("From", " " + author));
            session.endOfHeaders();
            return MessageExplanation.full(session.conclude(), DnsTrace.NONE);
        }
    }

    private static ConformanceCase vector(String id) {
        return CASES.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    private static Explanation.Group full(ConformanceCase vector) {
        DnsRecorder recorder = DnsRecorder.of(CLOCK);
        MessageOutcome.Judged outcome = ConformanceRun.outcome(vector, recorder);
        return MessageExplanation.full(outcome, recorder.trace());
    }

    private static String text(Explanation.Group tree) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new ExplanationText(new PrintStream(text, true, StandardCharsets.UTF_8)).write(tree, new Explanation.Group());
        return text.toString(StandardCharsets.UTF_8);
    }

    private static MessageOutcome.Judged judge(DnsClient dns, DnsRecorder recorder, int signatures) {
        return judge(dns, recorder, signatures, MessageLookups.AnswerMemory.UNLIMITED);
    }

    private static MessageOutcome.Judged judge(
            DnsClient dns, DnsRecorder recorder, int signatures, MessageLookups.AnswerMemory memory) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.66").orElseThrow(), ""),
                "attacker.example",
                ReversePath.parse("<x@attacker.example>"),
                Optional.empty(),
                "",
                "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withMode(Mode.ENFORCE), dns, CLOCK);
        try (MessageSession mail = InboundMessage.factory(checks).open(transaction, memory, recorder)) {
            for (int i = 0; i < signatures; i++) {
                mail.header(HeaderField.of(
                        "DKIM-Signature",
                        " v=1; a=ed25519-sha256; d=attacker.example; s=s" + i + "; h=from;"
                                + " bh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=; b=AAAA"));
            }
            mail.header(HeaderField.of("From", " x@attacker.example"));
            mail.endOfHeaders();
            return (MessageOutcome.Judged) mail.conclude();
        }
    }
}
