package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.rotation.SimulatedDns.Content;

/** What must hold in any run, whatever servers, clocks, owners and kills do. */
class KeyRotationProperties {
    /** What happens next. */
    enum Event {
        TICK,
        STATUS,
        GENERATE,
        ACTIVATE,
        RETIRE,
        SET_CLOCK,
        REBOOT,
        LOSE_A_SERVER,
        FIND_THE_SERVER,
        ANOTHER_RECORD,
        KILL_THE_NEXT_COMMAND
    }

    /**
     * Something that happens.
     *
     * @param after how long after the event before
     * @param number chooses among the variants of the event
     */
    record Happening(Event event, Duration after, int number) {}

    @Provide
    Arbitrary<List<Happening>> runs() {
        Arbitrary<Duration> pauses = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.integers().between(0, 120).map(Duration::ofMinutes)),
                net.jqwik.api.Tuple.of(3, Arbitraries.integers().between(1, 72).map(Duration::ofHours)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(3, 9).map(Duration::ofDays)));
        Arbitrary<Event> events = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(20, Event.TICK),
                net.jqwik.api.Tuple.of(3, Event.STATUS),
                net.jqwik.api.Tuple.of(4, Event.GENERATE),
                net.jqwik.api.Tuple.of(2, Event.ACTIVATE),
                net.jqwik.api.Tuple.of(2, Event.RETIRE),
                net.jqwik.api.Tuple.of(4, Event.SET_CLOCK),
                net.jqwik.api.Tuple.of(1, Event.REBOOT),
                net.jqwik.api.Tuple.of(2, Event.LOSE_A_SERVER),
                net.jqwik.api.Tuple.of(2, Event.FIND_THE_SERVER),
                net.jqwik.api.Tuple.of(1, Event.ANOTHER_RECORD),
                net.jqwik.api.Tuple.of(4, Event.KILL_THE_NEXT_COMMAND));
        return Combinators.combine(events, pauses, Arbitraries.integers().between(0, 9))
                .as(Happening::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(70);
    }

    @Property(tries = 40)
    void aSignatureMadeAtAnyMomentVerifiesForTheResolverWithTheLongestLegalCache(
            @ForAll("runs") List<Happening> run, @ForAll boolean slots, @ForAll("ttls") Duration negativeTtl)
            throws IOException {
        Path directory = temporaryDirectory();
        try {
            SimulatedWorld world = new SimulatedWorld(directory, negativeTtl, slots);
            world.generate();
            boolean active = false;
            for (Happening each : run) {
                happen(world, each);
                // Whatever was killed: what is there is whole.
                world.lines();
                active |= world.states().keys().stream().anyMatch(key -> key.state() == KeyState.ACTIVE);
                // The planned start of a first key is a date until a command has seen that the key signs.
                if (active) {
                    assertThat(world.signing())
                            .as("keys that sign after " + each)
                            .isNotEmpty();
                }
            }
            assertThat(world.refused()).isEmpty();
            // In quiet times everything comes to an end: the newest key signs, and nothing waits for ever.
            world.dns.lose(0, false);
            world.dns.lose(1, false);
            for (int hour = 0; hour < 24 * 12; hour += 4) {
                world.dns.advance(Duration.ofHours(4));
                world.tick(Duration.ofMinutes(hour));
            }
            assertThat(world.refused()).isEmpty();
            assertThat(world.signing()).isNotEmpty();
            assertThat(world.states().keys())
                    .extracting(RotatedKey::state)
                    .contains(KeyState.ACTIVE)
                    .doesNotContain(KeyState.GENERATED, KeyState.PUBLISHED);
        } finally {
            delete(directory);
        }
    }

    @Provide
    Arbitrary<Duration> ttls() {
        return Arbitraries.of(Duration.ofMinutes(1), Duration.ofMinutes(30), Duration.ofHours(3), Duration.ofDays(1));
    }

    private static void happen(SimulatedWorld world, Happening each) {
        world.sign();
        world.dns.advance(each.after());
        world.sign();
        switch (each.event()) {
            case TICK -> world.tick(Duration.ofMinutes(each.number() * 47L));
            case STATUS -> world.run(rotation -> rotation.status(java.util.Optional.of(SimulatedWorld.DOMAIN)));
            case GENERATE -> world.generate();
            case ACTIVATE ->
                world.run(rotation -> rotation.activate(
                        SimulatedWorld.DOMAIN,
                        each.number() < 5
                                ? java.util.Optional.empty()
                                : java.util.Optional.of(
                                        world.reading().time().plus(Duration.ofHours(each.number() * 9L)))));
            case RETIRE -> retire(world, each.number());
            case SET_CLOCK -> world.setClock(Duration.ofHours((each.number() - 5) * 61L));
            case REBOOT -> world.reboot();
            case LOSE_A_SERVER -> world.dns.lose(each.number() % SimulatedDns.SERVERS, true);
            case FIND_THE_SERVER -> world.dns.lose(each.number() % SimulatedDns.SERVERS, false);
            case ANOTHER_RECORD -> another(world);
            case KILL_THE_NEXT_COMMAND -> world.killAfter(each.number());
        }
        world.sign();
    }

    private static void retire(SimulatedWorld world, int number) {
        List<RotatedKey> active = world.states().keys().stream()
                .filter(key -> key.state() == KeyState.ACTIVE)
                .toList();
        if (!active.isEmpty()) {
            world.run(rotation -> rotation.retire(
                    SimulatedWorld.DOMAIN,
                    active.get(number % active.size()).selector(),
                    java.util.Optional.empty(),
                    false));
        }
    }

    /** Before the owner publishes a key, the second server has something else under its name, which some command sees. */
    private static void another(SimulatedWorld world) {
        world.states().keys().stream()
                .filter(key -> key.state() == KeyState.GENERATED
                        && world.dns.content(0, key.publishedAt()) instanceof Content.Nothing)
                .findFirst()
                .ifPresent(key -> world.dns.put(
                        1,
                        key.publishedAt(),
                        new Content.Text("v=DKIM1; k=rsa; p=AAAA", Duration.ofHours(9)),
                        Duration.ZERO));
        world.dns.lose(1, false);
        world.killAfter(Integer.MAX_VALUE);
        world.run(rotation -> rotation.status(java.util.Optional.of(SimulatedWorld.DOMAIN)));
    }

    /** In memory where that is possible: the runs bring every change to the disk. */
    private static Path temporaryDirectory() throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "rotation")
                : Files.createTempDirectory("rotation");
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
