package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.macros;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.metrics.Label;
import org.countersign.metrics.MetricRegistry;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.MemoryBudget;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages for which there is no room, or whose evaluation fails because of an error in the program. */
@Timeout(240)
class UnevaluatedMessagesTest {
    private static final String GENUINE = "user@client.example";
    private static final MilterReply REMOVAL =
            new MilterReply.ChangeHeader(1, Octets.latin1("Authentication-Results"), Octets.EMPTY);

    private final MetricRegistry metrics = new MetricRegistry();
    private final List<FinishedMessage> finished = new ArrayList<>();
    private final AtomicLong processorDelay = new AtomicLong();
    private Consumer<FinishedMessage> log = finished::add;

    static Stream<Arguments> failures() {
        return Arrays.stream(FailingSession.Stage.values())
                .flatMap(stage ->
                        Arrays.stream(FailingSession.Failure.values()).map(failure -> Arguments.of(stage, failure)));
    }

    private EngineFilter filter(CountersignEngine engine, OverloadSettings settings) {
        AdmissionControl admission = new AdmissionControl(() -> settings, processorDelay::get);
        admission.register(metrics);
        InternalErrors errors = new InternalErrors(() -> Instant.EPOCH);
        errors.register(metrics);
        return new EngineFilter(() -> engine, message -> log.accept(message), InstantSource.system())
                .with(admission, errors);
    }

    private static OverloadSettings settings(int messages, DefaultAction action) {
        return new OverloadSettings(messages, Duration.ofSeconds(1), action, action);
    }

    private static CountersignEngine working() {
        return FailingSession.engine(
                FailingSession.Stage.BEGIN, FailingSession.Failure.EXCEPTION, MemoryBudget.ofHeap());
    }

    private static MilterCommand[] message(String sender, String... results) {
        List<MilterCommand> commands = new ArrayList<>(List.of(
                mail("<" + sender + ">"),
                recipient("<bob@receiver.example>"),
                macros(CommandCode.END_OF_HEADERS, "i", "4XYZ"),
                header("From", " " + sender)));
        for (String result : results) {
            commands.add(header("Authentication-Results", " " + result));
        }
        commands.addAll(List.of(endOfHeaders(), body("Hello\r\n"), endOfBody("")));
        return commands.toArray(MilterCommand[]::new);
    }

    private static void assertTempfail(List<MilterReply> replies, String code) {
        assertThat(replies).singleElement().isInstanceOfSatisfying(MilterReply.ReplyCode.class, reply -> {
            assertThat(reply.text().code()).isEqualTo(451);
            assertThat(reply.text().enhancedCode()).isEqualTo(code);
        });
    }

    private static void assertEvaluated(List<MilterReply> replies) {
        assertThat(replies).hasSize(2);
        assertThat(replies.getFirst()).isInstanceOf(MilterReply.InsertHeader.class);
        assertThat(replies.getLast()).isEqualTo(new MilterReply.Continue());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anErrorDefersItsMessageOnly(FailingSession.Stage stage, FailingSession.Failure failure) {
        CountersignEngine engine = FailingSession.engine(stage, failure, MemoryBudget.ofHeap());
        EngineFilter filter = filter(engine, settings(10, DefaultAction.TEMPFAIL));
        try (InMemoryConnection hit = new InMemoryConnection(filter).connected();
                InMemoryConnection other = new InMemoryConnection(filter).connected();
                LogCapture entries = LogCapture.of("countersign.message")) {
            // This message is open while the other one fails.
            assertThat(other.send(mail("<" + GENUINE + ">"), recipient("b"))).isEmpty();
            assertTempfail(hit.send(message(FailingSession.ATTACKER)), "4.3.0");
            assertThat(hit.isOpen()).isTrue();
            assertEvaluated(hit.send(message(GENUINE)));
            assertEvaluated(other.send(header("From", " " + GENUINE), endOfHeaders(), endOfBody("")));

            assertThat(entries.pairs("internal-error"))
                    .singleElement()
                    .satisfies(pairs -> assertThat(pairs)
                            .containsEntry("queue-id", "4XYZ")
                            .containsEntry("answer", "tempfail")
                            .hasEntrySatisfying(
                                    "stack",
                                    stack -> assertThat(stack)
                                            .contains("FailingSession")
                                            .hasSizeLessThan(InternalErrors.MAX_STACK + 10)));
        }
        assertThat(metrics.value(InternalErrors.ERRORS)).isEqualTo(1);
        assertThat(finished).hasSize(3);
        assertThat(finished.getFirst().outcome())
                .isInstanceOfSatisfying(
                        MessageOutcome.Unevaluated.class,
                        outcome -> assertThat(outcome.decision().rule()).isEqualTo("internal-error"));
        assertThat(engine.memory().used()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aMailServerThatWaitsForRepliesLearnsOfAnErrorAtItsNextReply(FailingSession.Failure failure) {
        EngineFilter filter = filter(
                FailingSession.engine(FailingSession.Stage.BEGIN, failure, MemoryBudget.ofHeap()),
                settings(10, DefaultAction.TEMPFAIL));
        try (InMemoryConnection connection = new InMemoryConnection(filter).connectedWithAllReplies()) {
            assertTempfail(connection.send(mail("<" + FailingSession.ATTACKER + ">")), "4.3.0");
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anErrorLetsItsMessagePassWithoutForgedResultsIfTheSettingSaysSo(
            FailingSession.Stage stage, FailingSession.Failure failure) {
        EngineFilter filter = filter(
                FailingSession.engine(stage, failure, MemoryBudget.ofHeap()), settings(10, DefaultAction.ACCEPT));
        try (InMemoryConnection connection = new InMemoryConnection(filter).connected()) {
            assertThat(connection.send(message(
                            FailingSession.ATTACKER,
                            FailingSession.HOST + "; dmarc=pass",
                            "elsewhere.example; dmarc=pass")))
                    .containsExactly(REMOVAL, new MilterReply.Continue());
        }
        assertThat(finished.getFirst().outcome().decision().reason()).contains("on-error");
        assertThat(metrics.value(InternalErrors.ERRORS)).isEqualTo(1);
    }

    @Test
    void aMessageWithResultsThatCannotBeRemovedIsNeverAcceptedUnchecked() {
        EngineFilter filter = filter(working(), settings(0, DefaultAction.ACCEPT));
        String[] many = new String[101];
        Arrays.fill(many, FailingSession.HOST + "; dmarc=pass");
        try (InMemoryConnection connection = new InMemoryConnection(filter).connected()) {
            assertTempfail(connection.send(message(GENUINE, many)), "4.3.2");
            assertTempfail(
                    connection.send(
                            mail("<a@client.example>"),
                            recipient("b"),
                            header("X", " y\rAuthentication-Results: " + FailingSession.HOST + "; dmarc=pass"),
                            endOfBody("")),
                    "4.3.2");
        }
    }

    @Test
    void anErrorOfTheLogDoesNotChangeTheDecision() {
        log = message -> {
            throw new IllegalStateException("no log");
        };
        EngineFilter filter = filter(working(), settings(10, DefaultAction.TEMPFAIL));
        try (InMemoryConnection connection = new InMemoryConnection(filter).connected();
                LogCapture entries = LogCapture.of("countersign.message")) {
            assertEvaluated(connection.send(message(GENUINE)));
            assertThat(entries.pairs("internal-error"))
                    .singleElement()
                    .satisfies(pairs -> assertThat(pairs).containsEntry("answer", "accept"));
        }
    }

    @Test
    void anErrorInAMessageThatTheMailServerAbandonsIsLoggedToo() {
        EngineFilter filter = filter(
                FailingSession.engine(
                        FailingSession.Stage.RECIPIENT, FailingSession.Failure.EXCEPTION, MemoryBudget.ofHeap()),
                settings(10, DefaultAction.TEMPFAIL));
        try (InMemoryConnection connection = new InMemoryConnection(filter).connected();
                LogCapture entries = LogCapture.of("countersign.message")) {
            connection.send(mail("<" + FailingSession.ATTACKER + ">"), recipient("b"), new MilterCommand.Abort());
            assertThat(entries.pairs("internal-error"))
                    .singleElement()
                    .satisfies(pairs -> assertThat(pairs).containsEntry("answer", "none"));
        }
    }

    @Test
    void aMessageBeyondTheNumberInFlightIsDeferredAtOnceAndTheOthersAreEvaluated() {
        EngineFilter filter = filter(working(), settings(1, DefaultAction.TEMPFAIL));
        try (InMemoryConnection first = new InMemoryConnection(filter).connected();
                InMemoryConnection second = new InMemoryConnection(filter).connectedWithAllReplies()) {
            first.send(mail("<" + GENUINE + ">"), recipient("b"));
            assertTempfail(second.send(mail("<" + GENUINE + ">")), "4.3.2");
            assertEvaluated(first.send(header("From", " " + GENUINE), endOfHeaders(), endOfBody("")));
            assertThat(second.send(mail("<" + GENUINE + ">"))).containsExactly(new MilterReply.Continue());
        }
        assertThat(metrics.value(AdmissionControl.MESSAGES, new Label("bound", "messages")))
                .isEqualTo(1);
        assertThat(finished.getFirst().outcome().decision().rule()).isEqualTo("overloaded");
    }

    @Test
    void whileWorkWaitsForAProcessorNewMessagesAreDeferredAndOlderOnesAreEvaluated() {
        EngineFilter filter = filter(working(), settings(10, DefaultAction.TEMPFAIL));
        try (InMemoryConnection older = new InMemoryConnection(filter).connected();
                InMemoryConnection newer = new InMemoryConnection(filter).connected()) {
            older.send(mail("<" + GENUINE + ">"), recipient("b"));
            processorDelay.set(Duration.ofSeconds(1).toNanos() + 1);
            assertTempfail(newer.send(message(GENUINE)), "4.3.2");
            assertEvaluated(older.send(header("From", " " + GENUINE), endOfHeaders(), endOfBody("")));
            processorDelay.set(Duration.ofSeconds(1).toNanos());
            assertEvaluated(newer.send(message(GENUINE)));
        }
        assertThat(metrics.value(AdmissionControl.MESSAGES, new Label("bound", "processor")))
                .isEqualTo(1);
    }

    @Test
    void aMessageWithoutRoomPassesWithoutForgedResultsIfTheSettingSaysSo() {
        MemoryBudget little = new MemoryBudget(100_000);
        EngineFilter filter = filter(
                FailingSession.engine(FailingSession.Stage.BEGIN, FailingSession.Failure.EXCEPTION, little),
                settings(10, DefaultAction.ACCEPT));
        try (InMemoryConnection connection = new InMemoryConnection(filter).connected()) {
            List<MilterCommand> commands =
                    new ArrayList<>(List.of(message(GENUINE, FailingSession.HOST + "; dmarc=pass")));
            commands.add(4, header("X-Large", " " + "x".repeat(100_000)));
            assertThat(connection.send(commands.toArray(MilterCommand[]::new)))
                    .containsExactly(REMOVAL, new MilterReply.Continue());
            assertThat(little.used()).isZero();
            assertEvaluated(connection.send(message(GENUINE)));
        }
        assertThat(metrics.value(AdmissionControl.MESSAGES, new Label("bound", "memory")))
                .isEqualTo(1);
    }
}
