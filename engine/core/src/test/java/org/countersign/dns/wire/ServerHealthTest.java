package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerHealthTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final ServerHealth health = new ServerHealth();

    @Test
    void aServerWithoutAnswersIsInBackoff() {
        health.timedOut(NOW, health.answers());

        assertThat(health.isInBackoff(NOW)).isTrue();
        assertThat(health.isAvailable(NOW)).isFalse();
    }

    @Test
    void anUnansweredNameDoesNotCountAgainstAServerThatAnswersOthers() {
        long before = health.answers();
        health.answered();
        health.timedOut(NOW, before);

        assertThat(health.isInBackoff(NOW)).isFalse();
        assertThat(health.isAvailable(NOW)).isTrue();
    }

    @Test
    void anAnswerEndsTheBackoff() {
        health.timedOut(NOW, health.answers());
        health.answered();

        assertThat(health.isInBackoff(NOW)).isFalse();
        assertThat(health.isAvailable(NOW)).isTrue();
    }
}
