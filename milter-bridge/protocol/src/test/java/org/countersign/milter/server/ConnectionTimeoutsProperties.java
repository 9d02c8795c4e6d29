package org.countersign.milter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.milter.server.ConnectionTimeouts.Snapshot;
import org.countersign.milter.session.SessionStage;

/** Which connections are closed, by stage and waiting time. */
class ConnectionTimeoutsProperties {
    private static final ConnectionTimeouts USUAL = ConnectionTimeouts.DEFAULT;

    @Provide
    Arbitrary<Snapshot> connections() {
        Arbitrary<Duration> times = Arbitraries.longs().between(0, 10_000).map(Duration::ofSeconds);
        return Combinators.combine(Arbitraries.of(SessionStage.values()), times, times, Arbitraries.of(true, false))
                .as((stage, waited, undecided, decided) ->
                        new Snapshot(stage, waited, undecided, decided && stage == SessionStage.BETWEEN_MESSAGES));
    }

    @Provide
    Arbitrary<List<Snapshot>> crowds() {
        return connections().list().ofMinSize(1).ofMaxSize(50);
    }

    private static Snapshot waiting(SessionStage stage, Duration waited) {
        return new Snapshot(stage, waited, Duration.ZERO, false);
    }

    @Example
    void eachStageHasItsOwnTimeout() {
        assertThat(USUAL.isOverdue(waiting(SessionStage.NEGOTIATION, Duration.ofSeconds(10))))
                .isFalse();
        assertThat(USUAL.isOverdue(waiting(SessionStage.NEGOTIATION, Duration.ofSeconds(11))))
                .isTrue();
        assertThat(USUAL.isOverdue(waiting(SessionStage.BETWEEN_MESSAGES, Duration.ofMinutes(10))))
                .isFalse();
        assertThat(USUAL.isOverdue(waiting(SessionStage.BETWEEN_MESSAGES, Duration.ofMinutes(11))))
                .isTrue();
        assertThat(USUAL.isOverdue(waiting(SessionStage.IN_MESSAGE, Duration.ofMinutes(5))))
                .isFalse();
        assertThat(USUAL.isOverdue(waiting(SessionStage.IN_MESSAGE, Duration.ofMinutes(6))))
                .isTrue();
        assertThat(USUAL.isOverdue(waiting(SessionStage.AWAITING_CONTENT, Duration.ofMinutes(59))))
                .isFalse();
        assertThat(USUAL.isOverdue(waiting(SessionStage.AWAITING_CONTENT, Duration.ofMinutes(61))))
                .isTrue();
    }

    /** A longer wait never removes a timeout. */
    @Property
    void whatIsOverdueStaysOverdue(@ForAll("connections") Snapshot connection) {
        Snapshot later = new Snapshot(
                connection.stage(), connection.waited().plusSeconds(1), connection.undecided(), connection.idle());
        assertThat(USUAL.isOverdue(later) || !USUAL.isOverdue(connection)).isTrue();
    }

    @Property
    void aConnectionThatReceivesContentIsNotReplacedWithinTheTimeoutOfMessages(
            @ForAll("connections") Snapshot connection) {
        if (connection.stage() == SessionStage.AWAITING_CONTENT
                && connection.waited().isPositive()
                && connection.waited().compareTo(USUAL.message()) <= 0) {
            assertThat(USUAL.mayBeReplaced(connection)).isFalse();
        }
    }

    /** Among them one that receives recipients without end, which never waits for content. */
    @Example
    void aConnectionIsReplacedIfItHasHadNoDecisionForThreeSeconds() {
        for (SessionStage stage : SessionStage.values()) {
            assertThat(USUAL.mayBeReplaced(new Snapshot(stage, Duration.ZERO, Duration.ofMillis(2999), false)))
                    .isFalse();
            assertThat(USUAL.mayBeReplaced(new Snapshot(stage, Duration.ZERO, Duration.ofSeconds(3), false)))
                    .isTrue();
        }
    }

    /** So a crowd of clients that end a message now and then keeps no place from others. */
    @Example
    void aConnectionThatIsIdleAfterADecisionIsReplacedAtOnce() {
        assertThat(USUAL.mayBeReplaced(new Snapshot(SessionStage.BETWEEN_MESSAGES, Duration.ZERO, Duration.ZERO, true)))
                .isTrue();
    }

    @Property
    void theFirstToBeReplacedHasBeenWithoutADecisionForLongest(@ForAll("crowds") List<Snapshot> crowd) {
        List<Snapshot> candidates = crowd.stream()
                .filter(USUAL::mayBeReplaced)
                .sorted(ConnectionTimeouts::compareForReplacement)
                .toList();
        if (!candidates.isEmpty()) {
            Duration longest = candidates.getFirst().undecided();
            assertThat(candidates)
                    .allSatisfy(other -> assertThat(other.undecided()).isLessThanOrEqualTo(longest));
        }
    }
}
