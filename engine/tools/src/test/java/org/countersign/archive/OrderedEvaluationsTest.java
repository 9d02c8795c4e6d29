package org.countersign.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

/** In which order results come, and how many messages are in memory meanwhile. */
class OrderedEvaluationsTest {
    private static final Octets SMALL = Octets.latin1("Subject: test\r\n\r\n");

    private final List<String> received = new ArrayList<>();

    private static StoredMessage message(String name, Octets content) {
        return new StoredMessage(name, OptionalInt.empty(), content, true, "");
    }

    private OrderedEvaluations<String> evaluations() {
        return new OrderedEvaluations<>((message, result) -> received.add(message.name() + " " + result));
    }

    @Test
    void aResultWaitsForThoseOfEarlierMessages() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (OrderedEvaluations<String> evaluations = evaluations()) {
            evaluations.begin(message("a", SMALL), () -> {
                second.await();
                return "1";
            });
            evaluations.begin(message("b", SMALL), () -> {
                second.countDown();
                return "2";
            });
            evaluations.finish();
        }
        assertThat(received).containsExactly("a 1", "b 2");
    }

    @Test
    void fewMessagesAreInMemoryAtATime() throws Exception {
        try (OrderedEvaluations<String> evaluations = evaluations()) {
            for (int begun = 1; begun <= 100; begun++) {
                evaluations.begin(message("a", SMALL), () -> "1");
                assertThat(begun - received.size()).isLessThan(32);
            }
            evaluations.finish();
        }
        assertThat(received).hasSize(100);
    }

    @Test
    void fewerLargeMessagesAreInMemoryAtATime() throws Exception {
        Octets large = Octets.wrap(new byte[40 * 1024 * 1024]);
        try (OrderedEvaluations<String> evaluations = evaluations()) {
            evaluations.begin(message("a", large), () -> "1");
            evaluations.begin(message("b", large), () -> "2");
            assertThat(received).isEmpty();
            evaluations.begin(message("c", large), () -> "3");
            assertThat(received).containsExactly("a 1");
        }
    }

    @Test
    void anErrorNamesItsMessage() throws Exception {
        try (OrderedEvaluations<String> evaluations = evaluations()) {
            evaluations.begin(message("mail#7", SMALL), () -> {
                throw new IllegalArgumentException("a bug");
            });
            assertThatThrownBy(evaluations::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("mail#7")
                    .hasRootCauseMessage("a bug");
        }
    }

    @Test
    void anInterruptionEndsTheEvaluationsThatNobodyWaitsFor() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (OrderedEvaluations<String> evaluations = evaluations()) {
            evaluations.begin(message("a", SMALL), () -> {
                never.await();
                return "1";
            });
            Thread.currentThread().interrupt();
            assertThatThrownBy(evaluations::finish).isInstanceOf(InterruptedException.class);
        }
        assertThat(received).isEmpty();
    }
}
