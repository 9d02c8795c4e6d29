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
