package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.LogFields;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.policy.Verdict;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages when all messages in flight use their whole memory budget. */
class MemoryMeteredSessionTest {
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("sender.example", "v=spf1 ip4:192.0.2.1 -all")
            .build();

    private final AtomicInteger questions = new AtomicInteger();
    private final DnsClient dns = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            questions.incrementAndGet();
            return ZONE.lookup(question, deadline);
        }
    };

    private CountersignEngine engine(MemoryBudget memory, Mode mode) {
        ManualClock clock = ManualClock.started();
        return new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(InboundSettings.DEFAULT.withMode(mode), dns, clock)),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT,
                        TrafficRules.DEFAULT,
                        SigningSelector.unmonitored(SigningPolicy.NOTHING),
                        clock)),
                memory);
    }

    private static SmtpTransaction from(String client, Optional<String> user) {
        return new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress(client).orElseThrow(), ""),
                "mail.sender.example",
                ReversePath.parse("a@sender.example"),
                user,
                "",
                "mx.receiver.example");
    }

    private static final SmtpTransaction INBOUND = from("192.0.2.1", Optional.empty());
    private static final SmtpTransaction OUTBOUND = from("192.0.2.1", Optional.of("alice"));
    private static final SmtpTransaction INTERNAL = from("127.0.0.1", Optional.empty());

    private static MessageOutcome finish(MessageSession flow) {
        flow.header(HeaderField.of("From", " a@sender.example"));
        flow.endOfHeaders();
        flow.body(new byte[] {'x', '\r', '\n'}, 0, 3);
        return flow.conclude();
    }

    private static void assertDeferred(MessageOutcome conclusion) {
        assertThat(conclusion).isInstanceOf(MessageOutcome.Unevaluated.class);
        assertThat(conclusion.decision().rule()).isEqualTo("overloaded");
        assertThat(conclusion.decision().verdict())
                .isInstanceOfSatisfying(
                        Verdict.TempFail.class,
                        verdict -> assertThat(verdict.reply().toString()).startsWith("451 4.3.2 "));
        assertThat(conclusion.edits()).isEmpty();
        assertThat(LogFields.of(conclusion)).containsEntry("rule", "overloaded");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aMessageWithoutRoomIsDeferredInEveryModeWithoutAnyQuery(Mode mode) {
        CountersignEngine engine = engine(new MemoryBudget(1000), mode);
        for (SmtpTransaction transaction : List.of(INBOUND, OUTBOUND)) {
            try (MessageSession flow = engine.open(transaction)) {
                flow.recipient("bob@receiver.example");
                assertDeferred(finish(flow));
            }
        }
        assertThat(questions).hasValue(0);
        assertThat(engine.memory().used()).isZero();
        assertThat(engine.memory().refusals()).isEqualTo(2);
    }

    @Test
    void aMessageThatPassesThroughNeedsNoRoom() {
        try (MessageSession flow = engine(new MemoryBudget(1000), Mode.ENFORCE).open(INTERNAL)) {
            assertThat(finish(flow)).isInstanceOf(MessageOutcome.PassedThrough.class);
        }
    }

    @Test
    void anAcceptedMessageIsAlwaysJudged() {
        try (MessageSession flow = engine(new MemoryBudget(1000), Mode.ENFORCE).openAccepted(INBOUND)) {
            assertThat(finish(flow)).isInstanceOf(MessageOutcome.Judged.class);
        }
    }

    @Test
    void aMessageThatOutgrowsTheBudgetIsFreedAtOnceAndOthersContinue() {
        CountersignEngine engine = engine(new MemoryBudget(1 << 20), Mode.ENFORCE);
        try (MessageSession other = engine.open(INBOUND);
                MessageSession growing = engine.open(INBOUND)) {
            long before = engine.memory().used();
            HeaderField large = HeaderField.of("X-Filler", " " + "x".repeat(50_000));
            while (!((MemoryMeteredSession) growing).isOverloaded()) {
                growing.header(large);
            }
            assertThat(engine.memory().used()).isEqualTo(before / 2);
            assertDeferred(finish(growing));
            assertThat(finish(other)).isInstanceOf(MessageOutcome.Judged.class);
        }
        assertThat(engine.memory().used()).isZero();
    }

    @Test
    void recipientsAreCounted() {
        CountersignEngine engine = engine(new MemoryBudget(100_000), Mode.ENFORCE);
        try (MessageSession flow = engine.open(INBOUND)) {
            for (int i = 0; i < 1000; i++) {
                flow.recipient("r".repeat(300) + "@receiver.example");
            }
            assertThat(engine.memory().used()).isZero();
            assertDeferred(finish(flow));
        }
    }

    @Test
    void largeDnsAnswersAreCountedAndReleased() {
        StaticZone.Builder zone =
                StaticZone.builder().txt("sender.example", "v=spf1 include:a.example include:b.example ~all");
        for (String name : List.of("a.example", "b.example")) {
            zone.txt(name, "v=spf1 ?all note=" + "x".repeat(20_000));
        }
        ManualClock clock = ManualClock.started();
        CountersignEngine engine = new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(InboundSettings.DEFAULT, zone.build(), clock)),
                OutboundMessage.factory(OutboundChecks.of(
                        OutboundSettings.DEFAULT,
                        TrafficRules.DEFAULT,
                        SigningSelector.unmonitored(SigningPolicy.NOTHING),
                        clock)),
                new MemoryBudget(200_000));
        try (MessageSession flow = engine.open(INBOUND)) {
            assertThat(finish(flow))
                    .isInstanceOfSatisfying(
                            MessageOutcome.Judged.class,
                            outcome ->
                                    assertThat(outcome.facts().spf().toString()).contains("memory"));
            assertThat(engine.memory().used()).isBetween(64_000L + 3 * 20_000, 150_000L);
        }
        assertThat(engine.memory().used()).isZero();
    }

    @Test
    void aMessageThatEndsAtAnyStageReleasesItsMemory() {
        CountersignEngine engine = engine(new MemoryBudget(8 << 20), Mode.ENFORCE);
        for (int stage = 0; stage < 5; stage++) {
            for (SmtpTransaction transaction : List.of(INBOUND, OUTBOUND, INTERNAL)) {
                try (MessageSession flow = engine.open(transaction)) {
                    run(flow, stage);
                }
                assertThat(engine.memory().used()).isZero();
            }
        }
    }

    private static void run(MessageSession flow, int stages) {
        List<Runnable> steps = List.of(
                () -> flow.recipient("bob@receiver.example"),
                () -> flow.header(HeaderField.of("From", " a@sender.example")),
                flow::endOfHeaders,
                () -> assertThat(flow.conclude()).isNotNull());
        steps.subList(0, stages).forEach(Runnable::run);
    }

    @Test
    void aFloodOfLargeMessagesDoesNotAffectOrdinaryOnes() {
        CountersignEngine engine = engine(new MemoryBudget(32 << 20), Mode.ENFORCE);
        List<MessageSession> flood = new ArrayList<>();
        HeaderField large = HeaderField.of("DKIM-Signature", " " + "a;".repeat(49_000));
        for (int i = 0; i < 200; i++) {
            MessageSession flow = engine.open(INBOUND);
            for (int field = 0; field < 10; field++) {
                flow.header(large);
            }
            flood.add(flow);
        }
        assertThat(flood.stream().filter(flow -> ((MemoryMeteredSession) flow).isOverloaded()))
                .hasSizeGreaterThan(150);
        for (int i = 0; i < 100; i++) {
            try (MessageSession flow = engine.open(INBOUND)) {
                assertThat(finish(flow)).isInstanceOf(MessageOutcome.Judged.class);
            }
        }
        flood.forEach(MessageSession::close);
        assertThat(engine.memory().used()).isZero();
    }
}
