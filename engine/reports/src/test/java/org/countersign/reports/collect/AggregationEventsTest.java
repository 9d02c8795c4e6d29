package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The events that other systems get of counted messages. */
class AggregationEventsTest {
    private static final class Recorder implements VerdictSink {
        private final List<VerdictEvent> events = new ArrayList<>();

        @Override
        public void accept(VerdictEvent event) {
            events.add(event);
        }

        @Override
        public void close() {}
    }

    @Test
    void eachMessageIsOneEventAndTheirSumIsTheSegment() {
        Recorder sink = new Recorder();
        Aggregation aggregation = new Aggregation(false, Set.of(), sink);
        aggregation.add(JudgedMail.forged().message(JudgedMail.TIME));
        aggregation.add(JudgedMail.forged().message(JudgedMail.TIME));
        assertThat(sink.events).hasSize(2);
        VerdictEvent event = sink.events.getFirst();
        CountedRow counted = event.counted().orElseThrow();
        assertThat(event)
                .isEqualTo(new VerdictEvent(
                        JudgedMail.TIME, "4Q1", "fail", "reject", "dmarc-reject", Optional.of(counted)));
        Segment segment = aggregation.take().segment(new SpoolAccess.SegmentName("host", 1), 1);
        assertThat(segment.rows())
                .containsExactly(new CountedRow(counted.day(), counted.policy(), counted.row(), 2, 2));
        assertThat(segment.traffic())
                .isEqualTo(Map.of(segment.traffic().keySet().iterator().next(), 2L));
    }

    @Test
    void messagesOfOnePolicyShareItsColumns() {
        Recorder sink = new Recorder();
        Aggregation aggregation = new Aggregation(false, Set.of(), sink);
        JudgedMail forged = JudgedMail.forged();
        aggregation.add(forged.message(JudgedMail.TIME));
        aggregation.add(forged.client("192.0.2.77").message(JudgedMail.TIME));
        aggregation.add(forged.dmarc("example.org", "v=DMARC1; p=quarantine").message(JudgedMail.TIME));
        List<CollectedPolicy> policies = sink.events.stream()
                .map(event -> event.counted().orElseThrow().policy())
                .toList();
        assertThat(policies.get(1)).isSameAs(policies.get(0));
        assertThat(policies.get(2).p()).isEqualTo("quarantine");
    }

    /** Senders choose the domains: the memory for policies is bounded, and an event has its own policy always. */
    @Test
    void manyPoliciesKeepTheirColumns() {
        Recorder sink = new Recorder();
        Aggregation aggregation = new Aggregation(false, Set.of(), sink);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 300; i++) {
                aggregation.add(JudgedMail.forged()
                        .dmarc("example.org", "v=DMARC1; p=reject; x=" + i)
                        .message(JudgedMail.TIME));
                assertThat(sink.events
                                .getLast()
                                .counted()
                                .orElseThrow()
                                .policy()
                                .record())
                        .endsWith("x=" + i);
            }
        }
    }

    @Test
    void aMessageWithoutAPolicyIsAnEventWithoutARow() {
        Recorder sink = new Recorder();
        JudgedMail forged = JudgedMail.forged();
        new Aggregation(false, Set.of(), sink)
                .add(new JudgedMail(
                                forged.policy(),
                                forged.client(),
                                forged.mailFrom(),
                                forged.author(),
                                Map.of(),
                                Map.of(),
                                List.of(),
                                List.of(),
                                forged.recipients())
                        .message(JudgedMail.TIME));
        assertThat(sink.events).singleElement().satisfies(event -> {
            assertThat(event.counted()).isEmpty();
            assertThat(event.dmarc()).isEqualTo("none");
        });
    }
}
