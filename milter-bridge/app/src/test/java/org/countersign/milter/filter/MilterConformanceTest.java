package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.MessageOutcome;
import org.countersign.message.MessageReader;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.client.MtaOffer;
import org.countersign.milter.client.MtaSession;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Octets;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformanceCase;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the conformance pack over a milter socket: decisions equal those of the engine. */
class MilterConformanceTest {
    static Stream<ConformanceCase> cases() {
        return ConformancePack.load().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theReplyIsTheDecisionOfTheEngine(ConformanceCase vector) throws IOException {
        MessageOutcome.Judged engine = ConformanceRun.outcome(vector);
        List<FinishedMessage> finished = new ArrayList<>();
        EngineFilter filter =
                new EngineFilter(ConformanceRun.engine(vector), finished::add, InstantSource.fixed(vector.clock()));
        FilterOutcome bridge = deliver(vector, filter);

        assertThat(finished)
                .singleElement()
                .satisfies(message -> assertThat(message.outcome().decision()).isEqualTo(engine.decision()));
        assertThat(refusal(bridge.verdict()))
                .isEqualTo(refusal(engine.decision().verdict()));
        if (bridge.isAccepted()) {
            List<HeaderField> original = fields(vector);
            assertThat(bridge.header())
                    .hasSize(original.size()
                            - ConformanceRun.removed(engine.edits()).size()
                            + (int) engine.edits().stream()
                                    .filter(org.countersign.smtp.HeaderEdit.Prepend.class::isInstance)
                                    .count());
            assertThat(ConformanceRun.unfolded(resultsOnTop(bridge)))
                    .startsWith(ConformancePack.RECEIVING_HOST + ";")
                    .contains(vector.expect().headers());
        }
    }

    private static String resultsOnTop(FilterOutcome bridge) {
        return bridge.header().stream()
                .filter(field -> field.is("Authentication-Results"))
                .map(field -> field.value().latin1())
                .findFirst()
                .orElse("");
    }

    private static Optional<String> refusal(Verdict verdict) {
        return verdict.refusal().map(Object::toString);
    }

    private static Optional<String> refusal(MilterReply reply) {
        return reply instanceof MilterReply.ReplyCode code
                ? Optional.of(code.text().render().latin1().replace("%%", "%"))
                : Optional.empty();
    }

    private static FilterOutcome deliver(ConformanceCase vector, EngineFilter filter) throws IOException {
        ServerSettings settings = ServerSettings.listeningOn(List.of(new ListenAddress.Inet("127.0.0.1", 0, false)));
        try (MilterServer server = MilterServer.start(settings, filter);
                MilterClient client = MilterClient.connect(server.addresses().getFirst(), MtaOffer.ofPostfix())) {
            client.greet(new MtaSession(
                    "[" + vector.smtp().ip() + "]",
                    ClientAddress.parseIp(vector.smtp().ip(), 0),
                    vector.smtp().helo(),
                    Map.of("j", ConformancePack.RECEIVING_HOST)));
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            List<HeaderField> fields = pour(vector, body);
            return client.deliver(new MtaMessage(
                    vector.smtp().mailFrom(),
                    vector.smtp().recipients(),
                    Map.of("i", "4XYZ"),
                    fields,
                    Octets.wrap(body.toByteArray())));
        }
    }

    private static List<HeaderField> fields(ConformanceCase vector) throws IOException {
        return pour(vector, new ByteArrayOutputStream());
    }

    private static List<HeaderField> pour(ConformanceCase vector, ByteArrayOutputStream body) throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        MessageReader.read(
                new ByteArrayInputStream(vector.octets()),
                new MessageSink() {
                    @Override
                    public void header(HeaderField field) {
                        fields.add(field);
                    }

                    @Override
                    public void endOfHeaders() {}

                    @Override
                    public void body(byte[] octets, int offset, int length) {
                        body.write(octets, offset, length);
                    }
                },
                100_000);
        return fields;
    }
}
