package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.countersign.testing.SteppingClock;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final SteppingClock clock = new SteppingClock();
    private final Deadline deadline = Deadline.in(Duration.ofSeconds(10), clock);

    @Test
    void isNotReachedBecauseSomebodySetsTheClockForwards() {
        clock.step(Duration.ofDays(1));
        assertThatCode(deadline::check).doesNotThrowAnyException();
    }

    @Test
    void isReachedAlthoughSomebodySetsTheClockBack() {
        clock.step(Duration.ofDays(-1));
        clock.advance(Duration.ofSeconds(11));
        assertThatThrownBy(deadline::check).isInstanceOf(LimitFailure.class).hasMessageContaining("10 s");
    }
}
