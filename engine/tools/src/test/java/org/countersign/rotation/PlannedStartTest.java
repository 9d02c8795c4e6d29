package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.config.KeyEntry;
import org.countersign.keys.SignatureAlgorithm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key with a planned start, and a clock that is set back after a key has begun to sign. */
class PlannedStartTest {
    @TempDir
    private Path temp;

    private Optional<SimulatedWorld> running = Optional.empty();

    /** A first key that is ready, and begins to sign in 20 hours. */
    @BeforeEach
    void planFirstKey() {
        SimulatedWorld world = new SimulatedWorld(temp, Duration.ofMinutes(1), false);
        running = Optional.of(world);
        generate("first", false);
        pass(6);
        world.run(rotation -> rotation.activate(
                SimulatedWorld.DOMAIN, Optional.of(world.reading().time().plus(Duration.ofHours(20)))));
        assertThat(signing()).isEmpty();
    }

    private void generate(String selector, boolean activatesWhenReady) {
        running.orElseThrow().run(rotation -> {
            rotation.generate(new NewKeyRequest(
                    SimulatedWorld.DOMAIN,
                    List.of(SignatureAlgorithm.ED25519_SHA256),
                    0,
                    Optional.of(selector),
                    Optional.empty(),
                    Optional.empty(),
                    activatesWhenReady));
            return status(rotation);
        });
    }

    private static KeyRotation.Result status(KeyRotation rotation) throws RotationFailure {
        return rotation.status(Optional.of(SimulatedWorld.DOMAIN));
    }

    private void pass(int hours) {
        for (int hour = 0; hour < hours; hour++) {
            running.orElseThrow().tick(Duration.ZERO);
            running.orElseThrow().dns.advance(Duration.ofHours(1));
        }
    }

    private List<String> signing() {
        return running.orElseThrow().signing().stream().map(KeyEntry::selector).toList();
    }

    @Test
    void aKeyThatACommandSawSigningGoesOnAfterTheClockIsSetBehindItsStart() {
        SimulatedWorld world = running.orElseThrow();
        world.dns.advance(Duration.ofDays(3));
        world.run(PlannedStartTest::status);
        assertThat(signing()).containsExactly("first");
        world.setClock(Duration.ofDays(-5));
        assertThat(signing()).containsExactly("first");
    }

    @Test
    void aKeyThatBeginsBeforeAPlannedOneGoesOnAfterTheClockIsSetBehindItsStart() {
        SimulatedWorld world = running.orElseThrow();
        generate("second", true);
        // No command has run since the one that let the key sign.
        for (int hour = 0; hour < 6 && signing().isEmpty(); hour++) {
            pass(1);
        }
        assertThat(signing()).containsExactly("second");
        world.setClock(Duration.ofDays(-5));
        assertThat(signing()).containsExactly("second");
    }
}
