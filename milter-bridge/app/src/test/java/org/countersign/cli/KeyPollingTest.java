package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.KeyChange;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;
import org.countersign.rotation.KeyWait;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.Sighting;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Test;

class KeyPollingTest {
    private static final Instant START = Instant.parse("2026-11-28T02:30:00Z");

    private final ManualClock clock = ManualClock.at(START);
    private final List<Duration> pauses = new ArrayList<>();

    /** Polls servers whose answers give a key these states, one after the other. */
    private Result poll(Duration limit, KeyState... states) throws CommandFailure {
        Deque<KeyState> answers = new ArrayDeque<>(List.of(states));
        KeyPolling polling = new KeyPolling(clock, time -> {
            pauses.add(time);
            clock.advance(time);
        });
        return polling.poll(() -> result(answers.size() > 1 ? answers.remove() : answers.element()), limit);
    }

    private static Result result(KeyState state) {
        RotatedKey key = new RotatedKey(
                DomainName.of("example.org"),
                "r202611",
                Optional.empty(),
                SignatureAlgorithm.RSA_SHA256,
                "keys/example.org.r202611.pem",
                "",
                state,
                new KeyWait(Duration.ZERO, Duration.ZERO, Optional.empty()),
                false,
                Optional.empty(),
                false,
                List.of(new KeyChange(START, state, "generated")));
        return new Result(
                List.of(), List.of(new KeyStatus(key, new Sighting(List.of(), ""), "")), List.of(), List.of());
    }

    private static KeyState state(Result result) {
        return result.keys().getFirst().key().state();
    }

    @Test
    void theServersAreAskedOnceWithoutATimeToWait() throws Exception {
        assertThat(state(poll(Duration.ZERO, KeyState.GENERATED, KeyState.READY)))
                .isEqualTo(KeyState.GENERATED);
        assertThat(pauses).isEmpty();
    }

    @Test
    void theServersAreAskedEveryMinuteUntilNoKeyWaits() throws Exception {
        assertThat(state(poll(
                        Duration.ofHours(2),
                        KeyState.GENERATED,
                        KeyState.PUBLISHED,
                        KeyState.READY,
                        KeyState.GENERATED)))
                .isEqualTo(KeyState.READY);
        assertThat(pauses).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    @Test
    void theLastQueryIsAtTheEndOfTheTime() throws Exception {
        assertThat(state(poll(Duration.ofSeconds(150), KeyState.PUBLISHED))).isEqualTo(KeyState.PUBLISHED);
        assertThat(pauses).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(30));
    }

    @Test
    void anInterruptionEndsTheWaitWithTheLastResult() throws Exception {
        KeyPolling polling = new KeyPolling(clock, time -> {
            throw new InterruptedException();
        });
        assertThat(state(polling.poll(() -> result(KeyState.GENERATED), Duration.ofHours(1))))
                .isEqualTo(KeyState.GENERATED);
        // Also clears the flag for the tests after this one.
        assertThat(Thread.interrupted()).isTrue();
    }
}
