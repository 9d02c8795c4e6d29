package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.countersign.MessageOutcome;
import org.countersign.policy.MessageFacts;
import org.junit.jupiter.api.Test;

/** Counting on the threads that judge messages. */
class AggregationTest extends CollectDrill {
    private static final SpoolAccess.SegmentName NAME = new SpoolAccess.SegmentName("host", 1);
    // The row of a message with its texts, the key, and the list that the texts of its signatures are sorted in.
    private static final long OCTETS_OF_A_MESSAGE = 1_000;

    private final Aggregation aggregation = new Aggregation(false, Set.of(), VerdictSink.NONE);

    private Segment all() {
        return aggregation.take().segment(NAME, 1);
    }

    @Test
    void nothingThatTheEngineComputedAboutAMessageIsKept() {
        List<WeakReference<Object>> evidence = countOne();
        assertThat(evidence).hasSize(7);
        System.gc();
        assertThat(evidence).allSatisfy(each -> assertThat(each.get()).isNull());
        assertThat(aggregation.messages()).isEqualTo(1);
    }

    /** In a method of its own, so that no variable refers to the message afterwards. */
    private List<WeakReference<Object>> countOne() {
        MessageOutcome.Judged outcome =
                JudgedMail.genuine().signedBy("example.org").outcome();
        assertThat(aggregation.add(ReportedMessage.of(outcome, 0, "4Q1"))).isTrue();
        MessageFacts facts = outcome.facts();
        List<WeakReference<Object>> evidence = new ArrayList<>();
        for (Object each : new Object[] {
            outcome,
            facts,
            facts.spf(),
            facts.signatures().getFirst().signature(),
            facts.dmarc().orElseThrow().evidence(),
            facts.dmarc().orElseThrow().evidence().published().orElseThrow().record(),
            facts.connection()
        }) {
            evidence.add(new WeakReference<>(each));
        }
        return evidence;
    }

    @Test
    void aMessageLikeAnEarlierOneMakesShortLivedObjectsOnly() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        int messages = 10_000;
        for (int i = 0; i < 2 * messages; i++) {
            if (i == messages) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            aggregation.add(forged);
        }
        long perMessage = (threads.getCurrentThreadAllocatedBytes() - before) / messages;
        assertThat(perMessage).isLessThanOrEqualTo(OCTETS_OF_A_MESSAGE);
        assertThat(all().rows())
                .singleElement()
                .satisfies(row -> assertThat(row.messages()).isEqualTo(2L * messages));
    }

    @Test
    void inAFullTableThereIsRoomForMessagesLikeEarlierOnes() {
        int most = 2 * CountTable.MAX_COUNTS;
        for (int i = 0; i < most; i++) {
            assertThat(aggregation.isFull()).isEqualTo(i >= CountTable.MAX_COUNTS);
            assertThat(aggregation.add(client(i))).isTrue();
        }
        assertThat(aggregation.add(client(most))).isFalse();
        assertThat(aggregation.add(client(0))).isTrue();
        // Returns at once.
        aggregation.await(Duration.ofDays(1));
        assertThat(all().messages()).isEqualTo(most + 1L);
        assertThat(aggregation.add(client(most))).isTrue();
    }

    private static ReportedMessage client(int number) {
        return from("10.0." + (number >> 8) + "." + (number & 0xFF));
    }

    @Test
    void afterTheEndNothingIsCounted() {
        aggregation.close();
        assertThat(aggregation.add(forged)).isFalse();
    }

    @Test
    void aGrowthThatIsUndoneIsInTheNextOne() {
        aggregation.add(forged);
        aggregation.addLost(7, 3);
        aggregation.undo(aggregation.grow());
        aggregation.add(forged);
        aggregation.add(genuine);
        Segment growth = aggregation.grow().segment(NAME, 1);
        assertThat(growth.rows().stream().map(CountedRow::messages)).containsExactlyInAnyOrder(2L, 1L);
        assertThat(growth.lost()).isEqualTo(Map.of(7, 3L));
        assertThat(aggregation.grow().isEmpty()).isTrue();
        assertThat(all().messages()).isEqualTo(3);
    }

    /** A segment could not be written. Meanwhile more messages came. */
    @Test
    void countsThatArePutBackAreAddedToTheLaterOnes() {
        aggregation.add(forged);
        aggregation.grow();
        CountTable taken = aggregation.take();
        aggregation.add(forged);
        aggregation.add(genuine);
        aggregation.addLost(7, 3);
        assertThat(aggregation.messagesInRows()).isEqualTo(3);
        aggregation.putBack(taken);
        assertThat(aggregation.messagesInRows()).isEqualTo(3);
        // The journal has the first one.
        Segment growth = aggregation.grow().segment(NAME, 1);
        assertThat(growth.rows().stream().map(CountedRow::messages)).containsExactly(1L, 1L);
        assertThat(growth.lost()).isEqualTo(Map.of(7, 3L));
        assertThat(all().rows().stream().map(CountedRow::messages)).containsExactlyInAnyOrder(2L, 1L);
    }

    /** Records that differ in what no report tells are one policy, whose rows the store takes once. */
    @Test
    void equalRowsOfDifferentRecordsAreOneRow() {
        JudgedMail first = JudgedMail.forged();
        JudgedMail second =
                first.policy("{mode: enforce, rules: [{name: mine, when: {author: example.org}, then: reject}]}");
        aggregation.add(first.message(JudgedMail.TIME));
        aggregation.add(second.message(JudgedMail.TIME));
        Segment segment = all();
        assertThat(segment.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.messages()).isEqualTo(2));
        assertThat(segment.traffic().keySet().stream().map(Segment.Traffic::rule))
                .containsExactlyInAnyOrder("dmarc-reject", "mine");
    }

    @Test
    void noMessageIsMissingWhileAnotherThreadTakesTheCounts() throws Exception {
        int messages = 20_000;
        long taken = 0;
        long grown = 0;
        try (ExecutorService judging = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                ReportedMessage message = thread % 2 == 0 ? forged : genuine;
                threads.add(judging.submit(() -> {
                    for (int i = 0; i < messages; i++) {
                        aggregation.add(message);
                    }
                }));
            }
            for (int round = 0; threads.stream().anyMatch(thread -> !thread.isDone()); round++) {
                CountTable.Growth growth = aggregation.grow();
                if (round % 3 == 0) {
                    aggregation.undo(growth);
                } else {
                    grown += growth.segment(NAME, 1).messages();
                }
                CountTable counts = aggregation.take();
                if (round % 2 == 0) {
                    aggregation.putBack(counts);
                } else {
                    grown += counts.grow().segment(NAME, 1).messages();
                    taken += counts.segment(NAME, 1).messages();
                }
            }
        }
        grown += aggregation.grow().segment(NAME, 1).messages();
        taken += all().messages();
        assertThat(taken).isEqualTo(4L * messages);
        assertThat(grown).isEqualTo(4L * messages);
    }
}
