package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.SimulatedDns.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key that somebody else has ends at once, whatever else does not work. */
class RevocationTest {
    @TempDir
    private Path temp;

    private Optional<SimulatedWorld> running = Optional.empty();

    /** A key that signs, and one that is ready. */
    @BeforeEach
    void makeKeys() {
        SimulatedWorld world = new SimulatedWorld(temp, Duration.ofMinutes(1), false);
        running = Optional.of(world);
        world.generate();
        pass(world, 6);
        world.run(rotation -> {
            rotation.generate(new NewKeyRequest(
                    SimulatedWorld.DOMAIN,
                    List.of(SignatureAlgorithm.ED25519_SHA256),
                    0,
                    Optional.of("next"),
                    Optional.empty(),
                    Optional.empty(),
                    false));
            return rotation.status(Optional.of(SimulatedWorld.DOMAIN));
        });
        pass(world, 6);
        assertThat(states(world)).containsEntry("s1", KeyState.ACTIVE).containsEntry("next", KeyState.READY);
    }

    private static void pass(SimulatedWorld world, int hours) {
        for (int hour = 0; hour < hours; hour++) {
            world.tick(Duration.ZERO);
            world.dns.advance(Duration.ofHours(1));
        }
    }

    private static Map<String, KeyState> states(SimulatedWorld world) {
        return world.states().keys().stream().collect(Collectors.toMap(RotatedKey::selector, RotatedKey::state));
    }

    private static List<String> signing(SimulatedWorld world) {
        return world.signing().stream().map(entry -> entry.selector()).toList();
    }

    @Test
    void theKeyThatIsReadySignsInItsPlace() throws RotationFailure {
        SimulatedWorld world = running.orElseThrow();
        Result result = world.rotation().revoke(SimulatedWorld.DOMAIN, "s1");
        assertThat(states(world)).containsEntry("s1", KeyState.REVOKED).containsEntry("next", KeyState.ACTIVE);
        assertThat(signing(world)).containsExactly("next");
        assertThat(result.unanswered()).isEmpty();
    }

    @Test
    void noServerNeedsToAnswer() throws RotationFailure {
        SimulatedWorld world = running.orElseThrow();
        world.dns.lose(0, true);
        world.dns.lose(1, true);
        Result result = world.rotation().revoke(SimulatedWorld.DOMAIN, "s1");
        assertThat(states(world)).containsEntry("s1", KeyState.REVOKED).containsEntry("next", KeyState.READY);
        assertThat(signing(world)).isEmpty();
        assertThat(result.unanswered())
                .anySatisfy(line -> assertThat(line).startsWith("next._domainkey.example.org is not activated: "))
                .contains("nothing signs the mail of example.org now: countersign key activate example.org lets the key"
                        + " sign that is ready");
    }

    @Test
    void theRecordOfTheSuccessorMayBeWrong() throws RotationFailure {
        SimulatedWorld world = running.orElseThrow();
        RotatedKey next = world.states().find(SimulatedWorld.DOMAIN, "next").orElseThrow();
        world.dns.publish(next.publishedAt(), new Content.Text("v=DKIM1; p=", Duration.ofHours(1)), Duration.ZERO);
        world.rotation().revoke(SimulatedWorld.DOMAIN, "s1");
        assertThat(states(world)).containsEntry("s1", KeyState.REVOKED);
        assertThat(signing(world)).isEmpty();
    }

    @Test
    void aKeyThatIsReadyDoesNotBeginToSignWhenItIsRevoked() throws RotationFailure {
        SimulatedWorld world = running.orElseThrow();
        world.rotation().revoke(SimulatedWorld.DOMAIN, "next");
        assertThat(states(world)).containsEntry("s1", KeyState.ACTIVE).containsEntry("next", KeyState.REVOKED);
        assertThat(signing(world)).containsExactly("s1");
    }

    @Test
    void theSuccessorSignsAlthoughTheClockWasSetBackSinceItBegan() throws RotationFailure {
        SimulatedWorld world = running.orElseThrow();
        world.rotation().activate(SimulatedWorld.DOMAIN, Optional.empty());
        assertThat(signing(world)).containsExactly("next");
        world.setClock(Duration.ofDays(-3));
        assertThat(signing(world)).containsExactly("s1");
        world.rotation().revoke(SimulatedWorld.DOMAIN, "s1");
        assertThat(signing(world)).containsExactly("next");
    }
}
