package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerHealthTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final ServerHealth health = new ServerHealth();

    @Test
    void aServerThatAnswersNothingRests() {
        health.silent(NOW, health.answers());

        assertThat(health.isResting(NOW)).isTrue();
        assertThat(health.isFit(NOW)).isFalse();
    }

    @Test
    void aSilentNameIsNotHeldAgainstAServerThatAnswersOthers() {
        long before = health.answers();
        health.answered();
        health.silent(NOW, before);

        assertThat(health.isResting(NOW)).isFalse();
        assertThat(health.isFit(NOW)).isTrue();
    }

    @Test
    void anAnswerEndsTheRest() {
        health.silent(NOW, health.answers());
        health.answered();

        assertThat(health.isResting(NOW)).isFalse();
        assertThat(health.isFit(NOW)).isTrue();
    }
}
