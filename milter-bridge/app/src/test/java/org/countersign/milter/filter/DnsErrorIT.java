package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.dns.StaticZone;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.server.ServerMetrics;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.testing.FreePort;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A bridge whose name servers fail. Every message is decided on. A result that could not be determined is recorded as a
 * temporary error and defers the message, as RFC 9989 §5.3.6 leaves to the receiver.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class DnsErrorIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    // A message whose server is healthy is decided in time even if the machine stands still for some seconds.
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofSeconds(30);
    private static final String AUTHOR = "alice@bank.example";
    private static final String HEALTHY_AUTHOR = "alice@other.example";
    private static final Map<String, ServerFault> FAULTS = Map.of(
            "silence", ServerFault.DROP,
            "delays of 30 s", ServerFault.delay(NEVER),
            "SERVFAIL", ServerFault.SERVFAIL,
            "REFUSED", ServerFault.REFUSED,
            "lame", ServerFault.LAME,
            "garbage", ServerFault.GARBAGE,
            "wrong id", ServerFault.WRONG_ID,
            "wrong question", ServerFault.WRONG_QUESTION);
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .txt("other.example", "v=spf1 ip4:192.0.2.1 -all")
            .txt("_dmarc.other.example", "v=DMARC1; p=reject")
            .build();

    private final ZoneServer dns = ZoneServer.start(ZONE);
    private final ZoneServer second = ZoneServer.start(ZONE);

    @AfterEach
    void stop() {
        dns.close();
        second.close();
    }

    static Stream<Arguments> faults() {
        return FAULTS.entrySet().stream().map(fault -> Arguments.of(fault.getKey(), fault.getValue()));
    }

    private static RunningBridge bridge(InetSocketAddress... nameServers) throws IOException {
        return RunningBridge.asking(TIMEOUT, DEADLINE, nameServers);
    }

    private static void assertResults(MessageOutcome.Judged outcome, String spf, String dmarc) {
        assertThat(outcome.facts().spf().keyword())
                .as(outcome.facts().spf().explain())
                .isEqualTo(spf);
        assertThat(outcome.facts().dmarcKeyword())
                .as(outcome.decision().reason())
                .isEqualTo(dmarc);
        boolean deferred = dmarc.equals("temperror");
        assertThat(outcome.decision().verdict().keyword()).isEqualTo(deferred ? "tempfail" : "accept");
        assertThat(outcome.decision().rule()).isEqualTo(deferred ? "dmarc-temperror-deferred" : "default");
    }

    private static void assertDeferred(FilterOutcome answer) {
        assertThat(answer.verdict())
                .isInstanceOfSatisfying(
                        MilterReply.ReplyCode.class,
                        reply -> assertThat(reply.toString()).contains("451"));
    }

    private static void assertRecorded(FilterOutcome answer, String... results) {
        assertThat(answer.isAccepted()).isTrue();
        assertThat(answer.header().getFirst().is("Authentication-Results")).isTrue();
        assertThat(answer.header().getFirst().value().latin1()).contains(results);
    }

    @Nested
    class OfTheOnlyServer {
        @ParameterizedTest(name = "{0}")
        @MethodSource("org.countersign.milter.filter.DnsErrorIT#faults")
        void isATemporaryErrorUntilTheServerRecovers(String name, ServerFault fault) throws IOException {
            dns.faultForAll(fault);
            try (RunningBridge bridge = bridge(dns.address());
                    MilterClient client = bridge.greeted()) {
                FilterOutcome troubled = client.deliver(RunningBridge.messageOf(AUTHOR));
                assertDeferred(troubled);
                assertResults(bridge.outcome(), "temperror", "temperror");

                dns.heal();
                FilterOutcome healthy = client.deliver(RunningBridge.messageOf(HEALTHY_AUTHOR));
                assertRecorded(healthy, "spf=pass", "dmarc=pass");
                assertResults(bridge.outcome(), "pass", "pass");
            }
        }

        @Test
        void isNoErrorIfTheAnswerComesOverTcp() throws IOException {
            dns.faultForAll(ServerFault.TRUNCATE);
            try (RunningBridge bridge = bridge(dns.address())) {
                assertRecorded(bridge.deliver(AUTHOR), "spf=pass", "dmarc=pass");
                assertResults(bridge.outcome(), "pass", "pass");
            }
            assertThat(dns.asked()).anyMatch(ZoneServer.Query::tcp);
        }

        @Test
        void isATemporaryErrorIfThereIsNoServer() throws IOException {
            try (RunningBridge bridge = bridge(FreePort.address())) {
                assertDeferred(bridge.deliver(AUTHOR));
                assertResults(bridge.outcome(), "temperror", "temperror");
            }
        }
    }

    @Nested
    class OfOneServerOfTwo {
        @ParameterizedTest(name = "{0}")
        @MethodSource("org.countersign.milter.filter.DnsErrorIT#faults")
        void isCompensatedByTheOther(String name, ServerFault fault) throws IOException {
            dns.faultForAll(fault);
            try (RunningBridge bridge = bridge(dns.address(), second.address())) {
                assertRecorded(bridge.deliver(AUTHOR), "spf=pass", "dmarc=pass");
                assertResults(bridge.outcome(), "pass", "pass");
            }
            assertThat(dns.queries()).as("the first server was tried").isPositive();
        }

        @Test
        void isCompensatedIfThereIsNoServer() throws IOException {
            try (RunningBridge bridge = bridge(FreePort.address(), second.address())) {
                assertRecorded(bridge.deliver(AUTHOR), "spf=pass", "dmarc=pass");
                assertResults(bridge.outcome(), "pass", "pass");
            }
        }

        @Test
        void isATemporaryErrorIfTheOtherFailsToo() throws IOException {
            dns.faultForAll(ServerFault.DROP);
            second.faultForAll(ServerFault.SERVFAIL);
            try (RunningBridge bridge = bridge(dns.address(), second.address())) {
                assertDeferred(bridge.deliver(AUTHOR));
                assertResults(bridge.outcome(), "temperror", "temperror");
            }
        }
    }

    @Nested
    class OfOneName {
        @ParameterizedTest(name = "{0}")
        @MethodSource("org.countersign.milter.filter.DnsErrorIT#faults")
        void ofTheDmarcRecordDoesNotAffectSpf(String name, ServerFault fault) throws IOException {
            dns.fault("_dmarc.bank.example", fault);
            try (RunningBridge bridge = bridge(dns.address())) {
                assertDeferred(bridge.deliver(AUTHOR));
                assertResults(bridge.outcome(), "pass", "temperror");
            }
        }

        /** SPF could have made DMARC pass (RFC 9989 §5.3.6), so DMARC does not fail. */
        @ParameterizedTest(name = "{0}")
        @MethodSource("org.countersign.milter.filter.DnsErrorIT#faults")
        void ofTheSpfRecordDoesNotFailDmarc(String name, ServerFault fault) throws IOException {
            dns.fault("bank.example", fault);
            try (RunningBridge bridge = bridge(dns.address())) {
                assertDeferred(bridge.deliver(AUTHOR));
                assertResults(bridge.outcome(), "temperror", "temperror");
            }
        }
    }

    @Nested
    class WhileANameHangs {
        private static final Duration SHORT_DEADLINE = Duration.ofSeconds(8);

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);

        /** The correct answer, after the test releases it. */
        private final ServerFault held = (query, honest, tcp) -> {
            asked.countDown();
            answer.await();
            return Optional.of(honest.toWire());
        };

        /** A query times out after 30 seconds and a lookup after 20, so only the deadline of the message ends the wait. */
        @Test
        void aMessageWaitsForItsDeadlineOnly() throws IOException {
            dns.faultForAll(held);
            try (RunningBridge bridge = RunningBridge.asking(NEVER, SHORT_DEADLINE, dns.address())) {
                assertDeferred(bridge.deliver(AUTHOR));
                assertResults(bridge.outcome(), "temperror", "temperror");
                assertThat(bridge.outcome().lookups())
                        .isNotEmpty()
                        .allMatch(lookup -> lookup.answer().equals("the message's deadline passed"));
            }
        }

        @Test
        void messagesOfOtherNamesAreDecidedFirst() throws Exception {
            dns.fault("bank.example", held).fault("_dmarc.bank.example", held);
            try (RunningBridge bridge = RunningBridge.asking(NEVER, NEVER, dns.address())) {
                FutureTask<FilterOutcome> hanging = new FutureTask<>(() -> bridge.deliver(AUTHOR));
                Thread.ofVirtual().start(hanging);
                asked.await();
                for (int i = 0; i < 20; i++) {
                    assertRecorded(bridge.deliver(HEALTHY_AUTHOR), "spf=pass", "dmarc=pass");
                }
                assertThat(senders(bridge)).hasSize(20).containsOnly(HEALTHY_AUTHOR);

                answer.countDown();
                assertRecorded(hanging.get(), "spf=pass", "dmarc=pass");
                assertThat(senders(bridge)).hasSize(21).last().isEqualTo(AUTHOR);
            }
        }

        private List<String> senders(RunningBridge bridge) {
            return bridge.finished().stream()
                    .map(message -> message.envelope().mailFrom().toString())
                    .map(path -> path.replace("<", "").replace(">", ""))
                    .toList();
        }

        @ParameterizedTest(name = "after {0} commands")
        @ValueSource(ints = {1, 2, 3, 4, 5})
        void aKilledClientLeavesNothingOpen(int commands) throws Exception {
            dns.fault("bank.example", held).fault("_dmarc.bank.example", held);
            try (RunningBridge bridge = RunningBridge.asking(NEVER, SHORT_DEADLINE, dns.address())) {
                try (RawClient killed = new RawClient(bridge.address())) {
                    killed.send(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL), connect());
                    killed.send(List.of(
                                    mail("<" + AUTHOR + ">"),
                                    recipient("<bob@receiver.example>"),
                                    header("From", " " + AUTHOR),
                                    endOfHeaders(),
                                    endOfBody("Hello\r\n"))
                            .subList(0, commands)
                            .toArray(MilterCommand[]::new));
                    asked.await();
                }
                bridge.awaitQuiet();
                assertThat(bridge.metric(ServerMetrics.MESSAGES)).isEqualTo(1);
                assertRecorded(bridge.deliver(HEALTHY_AUTHOR), "spf=pass", "dmarc=pass");
                bridge.awaitQuiet();
            }
        }
    }

    /** Messages of domains whose servers do not answer, so many that hundreds of lookups are in flight. */
    @Nested
    @Timeout(600)
    class WhileSilentNamesFlood {
        private static final int FLOODING = 400;
        private static final String FORGED_AUTHOR = "alice@forged.example";

        private final CountDownLatch flooded = new CountDownLatch(FLOODING);
        private final ServerFault silence = (query, honest, tcp) -> {
            if (!query.getQuestion().getName().toString().endsWith("silent.example.")) {
                return Optional.of(honest.toWire());
            }
            flooded.countDown();
            return Optional.empty();
        };

        @Test
        void genuineMessagesPassAndForgedOnesAreRejected() throws Exception {
            dns.zone(StaticZone.builder()
                            .txt("bank.example", "v=spf1 ip4:192.0.2.1 -all")
                            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
                            .txt("forged.example", "v=spf1 -all")
                            .txt("_dmarc.forged.example", "v=DMARC1; p=reject")
                            .build())
                    .faultForAll(silence);
            try (RunningBridge bridge = RunningBridge.asking(TIMEOUT, NEVER, dns.address());
                    ExecutorService flood = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<FilterOutcome>> flooding = new ArrayList<>();
                for (int i = 0; i < FLOODING; i++) {
                    String author = "eve@n" + i + ".silent.example";
                    flooding.add(flood.submit(() -> bridge.deliver(author)));
                }
                flooded.await();
                for (int i = 0; i < 10; i++) {
                    assertRecorded(bridge.deliver(AUTHOR), "spf=pass", "dmarc=pass");
                    FilterOutcome forged = bridge.deliver(FORGED_AUTHOR);
                    assertThat(forged.isAccepted()).isFalse();
                    assertThat(forged.verdict()).isInstanceOf(MilterReply.ReplyCode.class);
                }
                for (Future<FilterOutcome> message : flooding) {
                    assertDeferred(message.get());
                }
            }
        }
    }
}
