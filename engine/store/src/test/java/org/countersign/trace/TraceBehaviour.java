package org.countersign.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.MessageExplanation;
import org.countersign.store.Store;
import org.countersign.store.StoreLocation;
import org.countersign.syntax.Escapes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trace does in each database. */
abstract class TraceBehaviour {
    static final TraceSettings SETTINGS = new TraceSettings(14, 512L << 20, true);
    static final TraceQuery ALL = new TraceQuery(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    StoreLocation location;

    abstract StoreLocation newLocation() throws Exception;

    @BeforeEach
    void location() throws Exception {
        location = newLocation();
    }

    private void write(TraceSettings settings, List<TracedMessage> messages) throws InterruptedException {
        try (RunningTrace trace = RunningTrace.start(location, settings)) {
            trace.write(messages);
        }
    }

    @Test
    void aMessageIsFoundByItsQueueIdAndByItsMessageId() throws Exception {
        write(SETTINGS, List.of(TracedMessages.message("4Abc", "<m1@sender.example>", TracedMessages.FORGED)));
        try (TraceReader reader = TraceReader.open(location)) {
            for (String id : List.of("4Abc", "<m1@sender.example>", "m1@sender.example", " <m1@sender.example> ")) {
                assertThat(reader.find(id, 10)).singleElement().satisfies(entry -> {
                    assertThat(entry.time()).isEqualTo(TracedMessages.TIME);
                    assertThat(entry.queueId()).isEqualTo("4Abc");
                    assertThat(entry.verdict()).isEqualTo("reject");
                    assertThat(entry.rule()).isEqualTo("dmarc-reject");
                    assertThat(entry.flow()).isEqualTo("inbound");
                    assertThat(entry.mailFrom()).isEqualTo("sender.example");
                    assertThat(entry.client()).contains(TracedMessages.CLIENT);
                });
            }
            assertThat(reader.find("4abc", 10)).isEmpty();
            assertThat(reader.find("", 10)).isEmpty();
            assertThat(reader.find("<>", 10)).isEmpty();
            assertThat(reader.oldest()).contains(TracedMessages.TIME);
        }
    }

    @Test
    void theExplanationIsThatOfTheMessage() throws Exception {
        TracedMessage message = TracedMessages.message("4Abc", "<m1@sender.example>", TracedMessages.FORGED);
        write(SETTINGS, List.of(message));
        try (TraceReader reader = TraceReader.open(location)) {
            Explanation.Group stored =
                    reader.explanation(reader.find("4Abc", 1).getFirst()).orElseThrow();
            Explanation.Group group = (Explanation.Group) stored.members().get("message");
            assertThat(group.members())
                    .containsEntry("queue-id", new Explanation.Text("4Abc"))
                    .containsEntry("message-id", new Explanation.Text("<m1@sender.example>"))
                    .containsEntry("client", new Explanation.Text("192.0.2.7"))
                    .containsEntry("helo", new Explanation.Text("helo.sender.example"))
                    .containsEntry("mail-from", new Explanation.Text("<bounce@sender.example>"));
            assertThat(new String(ExplanationJson.toBytes(stored), US_ASCII))
                    .isEqualTo(new String(
                            ExplanationJson.toBytes(MessageExplanation.full(message.outcome(), message.dns())
                                    .put("message", group)),
                            US_ASCII));
        }
    }

    @Test
    void severalMessagesOfOneQueueIdAreListedLatestFirst() throws Exception {
        write(
                SETTINGS,
                List.of(
                        TracedMessages.message(
                                TracedMessages.TIME, "4Abc", "<1@x>", TracedMessages.CLIENT, TracedMessages.FORGED),
                        TracedMessages.message(
                                TracedMessages.TIME.plusSeconds(9),
                                "4Abc",
                                "<2@x>",
                                TracedMessages.CLIENT,
                                TracedMessages.GENUINE)));
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(reader.find("4Abc", 10)).extracting(TraceEntry::verdict).containsExactly("accept", "reject");
            assertThat(reader.find("4Abc", 1)).extracting(TraceEntry::verdict).containsExactly("accept");
        }
    }

    @Test
    void conditionsCombine() throws Exception {
        Instant time = TracedMessages.TIME;
        write(
                SETTINGS,
                List.of(
                        TracedMessages.message(
                                time, "Q1", "", TracedMessages.address("192.0.2.7"), TracedMessages.FORGED),
                        TracedMessages.message(
                                time.plusSeconds(1),
                                "Q2",
                                "",
                                TracedMessages.address("192.0.2.200"),
                                TracedMessages.GENUINE),
                        TracedMessages.message(
                                time.plusSeconds(2),
                                "Q3",
                                "",
                                TracedMessages.address("2001:db8::1"),
                                TracedMessages.FORGED)));
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(ids(reader, ALL)).containsExactly("Q3", "Q2", "Q1");
            assertThat(ids(reader, verdict("reject"))).containsExactly("Q3", "Q1");
            assertThat(ids(reader, client("192.0.2.0/24"))).containsExactly("Q2", "Q1");
            assertThat(ids(reader, client("192.0.2.192/26"))).containsExactly("Q2");
            assertThat(ids(reader, client("192.0.2.7"))).containsExactly("Q1");
            assertThat(ids(reader, client("0.0.0.0/0"))).containsExactly("Q2", "Q1");
            assertThat(ids(reader, client("2001:db8::/33"))).containsExactly("Q3");
            assertThat(ids(reader, since(time.plusSeconds(1)))).containsExactly("Q3", "Q2");
            String author = reader.find("Q1", 1).getFirst().author();
            assertThat(author).isNotEmpty();
            assertThat(ids(
                            reader,
                            new TraceQuery(
                                    Optional.of("reject"),
                                    Optional.empty(),
                                    DomainName.parse(author),
                                    Optional.of("dmarc-reject"),
                                    IpNetwork.parse("192.0.2.0/24"),
                                    Optional.of(time))))
                    .containsExactly("Q1");
            assertThat(ids(
                            reader,
                            new TraceQuery(
                                    Optional.empty(),
                                    Optional.empty(),
                                    DomainName.parse("other.example"),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty())))
                    .isEmpty();
        }
    }

    @Test
    void whatMonitorDidNotDoIsFound() throws Exception {
        write(
                SETTINGS,
                List.of(
                        TracedMessages.message("Q1", "", TracedMessages.FORGED),
                        TracedMessages.message("Q2", "", "forged-from-monitored"),
                        TracedMessages.message("Q3", "", TracedMessages.GENUINE)));
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(reader.latest(ALL, 10))
                    .extracting(TraceEntry::queueId, TraceEntry::verdict, TraceEntry::wouldBe)
                    .containsExactly(
                            tuple("Q3", "accept", ""), tuple("Q2", "accept", "reject"), tuple("Q1", "reject", ""));
            assertThat(ids(reader, wouldBe("reject"))).containsExactly("Q2");
            assertThat(ids(reader, wouldBe("quarantine"))).isEmpty();
        }
    }

    /** Its rows say nothing of what the mode did not do, before the store is brought to this version and after. */
    @Test
    void theTraceOfAnEarlierVersionIsRead() throws Exception {
        write(SETTINGS, List.of(TracedMessages.message("Q1", "", "forged-from-monitored")));
        try (Store store = Store.openForWriting(location);
                Statement statement = store.connection().createStatement()) {
            statement.execute("ALTER TABLE trace_message DROP COLUMN would_be");
            statement.execute("DELETE FROM version WHERE n > 3");
            store.commit();
        }
        for (int i = 0; i < 2; i++) {
            try (TraceReader reader = TraceReader.open(location)) {
                assertThat(reader.find("Q1", 1))
                        .extracting(TraceEntry::verdict, TraceEntry::wouldBe)
                        .containsExactly(tuple("accept", ""));
                assertThat(ids(reader, wouldBe("reject"))).isEmpty();
            }
            Store.migrate(location);
        }
        write(SETTINGS, List.of(TracedMessages.message("Q2", "", "forged-from-monitored")));
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(ids(reader, ALL)).hasSize(2);
            assertThat(ids(reader, wouldBe("reject"))).containsExactly("Q2");
        }
    }

    private static List<String> ids(TraceReader reader, TraceQuery query) throws Exception {
        return reader.latest(query, 10).stream().map(TraceEntry::queueId).toList();
    }

    private static TraceQuery verdict(String word) {
        return new TraceQuery(
                Optional.of(word),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TraceQuery wouldBe(String word) {
        return new TraceQuery(
                Optional.empty(),
                Optional.of(word),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TraceQuery client(String network) {
        return new TraceQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                IpNetwork.parse(network),
                Optional.empty());
    }

    private static TraceQuery since(Instant time) {
        return new TraceQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\0",
                "'; DROP TABLE trace_message; --",
                "\u001b[2J\u0007",
                "\ud800\udfff\udc00",
                "\u202eevil",
                "%s%n{}\\x"
            })
    void hostileTextIsStoredEscapedAndFoundByTheSameText(String text) throws Exception {
        TracedMessage plain = TracedMessages.message("Q", "", TracedMessages.FORGED);
        String longText = text + "x".repeat(5000);
        write(
                SETTINGS,
                List.of(new TracedMessage(
                        plain.time(),
                        longText,
                        longText,
                        longText,
                        plain.client(),
                        longText,
                        longText,
                        "<a@" + longText + ">",
                        List.of(longText),
                        1,
                        longText,
                        1,
                        1,
                        Duration.ZERO,
                        plain.outcome(),
                        plain.dns())));
        try (TraceReader reader = TraceReader.open(location)) {
            TraceEntry entry = reader.latest(ALL, 2).getFirst();
            assertThat(entry.queueId())
                    .isEqualTo(Escapes.printable(longText, 255))
                    .matches("[ -~]+");
            assertThat(entry.mailFrom()).hasSizeLessThan(2000).matches("[ -~]+");
            assertThat(reader.find(longText, 2)).containsExactly(entry);
            Explanation.Group stored = reader.explanation(entry).orElseThrow();
            assertThat(ExplanationJson.toBytes(stored)).hasSizeLessThan(50_000);
            assertThat(stored.members()).containsEntry("shortened", new Explanation.Flag(true));
        }
    }

    @Test
    void rowsThatAnotherProgramDamagedAreReadAsFarAsPossible() throws Exception {
        write(SETTINGS, TracedMessages.many(3, TracedMessages.TIME));
        try (Store store = Store.openForWriting(location);
                Statement statement = store.connection().createStatement()) {
            statement.executeUpdate("UPDATE trace_message SET client = NULL");
            statement.executeUpdate("UPDATE trace_explanation SET content = (" + hugeOctets() + ")"
                    + " WHERE id = (SELECT max(id) FROM trace_explanation)");
            store.commit();
        }
        try (TraceReader reader = TraceReader.open(location)) {
            List<TraceEntry> entries = reader.latest(ALL, 10);
            assertThat(entries).hasSize(3).allMatch(entry -> entry.client().isEmpty());
            assertThatThrownBy(() -> reader.explanation(entries.getFirst()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it is damaged: it is missing or too large");
            assertThat(reader.explanation(entries.getLast())).isPresent();
        }
    }

    private String hugeOctets() {
        return location instanceof StoreLocation.File
                ? "SELECT zeroblob(2000000)"
                : "SELECT decode(repeat('00', 2000000), 'hex')";
    }

    @Test
    void messagesAreRemovedAfterTheirDays() throws Exception {
        List<TracedMessage> old = TracedMessages.many(1200, TracedMessages.TIME.minus(Duration.ofDays(9)));
        write(SETTINGS, old);
        write(SETTINGS, TracedMessages.many(3, TracedMessages.TIME));
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(reader.latest(ALL, 2000)).hasSize(1203);
        }
        try (RunningTrace trace = RunningTrace.start(location, new TraceSettings(8, 512L << 20, true))) {
            trace.write(TracedMessages.many(1, TracedMessages.TIME));
        }
        try (TraceReader reader = TraceReader.open(location)) {
            assertThat(reader.latest(ALL, 2000)).hasSize(4);
            assertThat(reader.explanation(reader.latest(ALL, 1).getFirst())).isPresent();
        }
    }

    @Test
    void theOldestMessagesMakeRoomForNewOnes() throws Exception {
        long max = 2L << 20;
        try (RunningTrace trace = RunningTrace.start(location, new TraceSettings(14, max, true))) {
            for (int i = 0; i < 12; i++) {
                trace.write(TracedMessages.many(500, TracedMessages.TIME.plusSeconds(1000L * i)));
            }
        }
        try (TraceReader reader = TraceReader.open(location)) {
            int kept = reader.latest(ALL, 10_000).size();
            assertThat(kept).isBetween(500, 5000);
            assertThat(reader.latest(ALL, 1).getFirst().time()).isEqualTo(TracedMessages.TIME.plusSeconds(11_499));
        }
        if (location instanceof StoreLocation.File file) {
            assertThat(file.path().toFile().length()).isLessThanOrEqualTo(max);
        }
    }

    @Test
    void withoutAddressesNobodyIsNamed() throws Exception {
        TracedMessage message = TracedMessages.message("Q1", "<local.id@sender.example>", TracedMessages.FORGED);
        write(new TraceSettings(14, 512L << 20, false), List.of(message));
        try (TraceReader reader = TraceReader.open(location)) {
            TraceEntry entry = reader.find("local.id@sender.example", 1).getFirst();
            assertThat(entry.client()).contains(TracedMessages.address("192.0.2.0"));
            String json =
                    new String(ExplanationJson.toBytes(reader.explanation(entry).orElseThrow()), US_ASCII);
            assertThat(json)
                    .doesNotContain("192.0.2.7", "alice", "bounce@", "local.id", "host.sender.example")
                    .contains("<*@sender.example>");
        }
    }
}
