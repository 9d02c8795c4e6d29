package org.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionClockTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Instant WRONG = Instant.parse("2037-01-01T00:00:00Z");

    @TempDir
    private Path temp;

    /** The time that a new process has, which opens the store at this time. */
    private Instant at(Instant now) throws Exception {
        try (Store store = Store.openForWriting(new StoreLocation.File(temp.resolve("store.db")))) {
            Instant time = new RetentionClock(store).time(now);
            store.commit();
            return time;
        }
    }

    @Test
    void itFollowsAClockThatGoesOn() throws Exception {
        for (int hours = 0; hours < 100; hours += 20) {
            Instant now = NOW.plus(Duration.ofHours(hours));
            assertThat(at(now)).isEqualTo(now);
        }
    }

    @Test
    void aClockThatIsYearsAheadForAnHourIsNotBelieved() throws Exception {
        at(NOW);
        for (int minutes = 0; minutes <= 60; minutes += 10) {
            assertThat(at(WRONG.plus(Duration.ofMinutes(minutes)))).isEqualTo(NOW);
        }
        assertThat(at(NOW.plusSeconds(1))).isEqualTo(NOW.plusSeconds(1));
        assertThat(at(WRONG.plus(Duration.ofHours(25)))).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void aClockThatJumpsAgainIsNotBelievedForTheTimeBetween() throws Exception {
        at(NOW);
        at(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(at(WRONG)).isEqualTo(NOW);
        assertThat(at(WRONG.plus(Duration.ofHours(23)))).isEqualTo(NOW);
    }

    @Test
    void aHostThatWasOffForWeeksIsBelievedAfterADay() throws Exception {
        at(NOW);
        Instant later = NOW.plus(Duration.ofDays(40));
        assertThat(at(later)).isEqualTo(NOW);
        assertThat(at(later.plus(Duration.ofHours(23)))).isEqualTo(NOW);
        Instant dayAfter = later.plus(Duration.ofHours(24));
        assertThat(at(dayAfter)).isEqualTo(dayAfter);
        assertThat(at(dayAfter.plusSeconds(1))).isEqualTo(dayAfter.plusSeconds(1));
    }

    @Test
    void aClockThatIsSetBackIsBelievedAtOnce() throws Exception {
        at(WRONG);
        assertThat(at(NOW)).isEqualTo(NOW);
        assertThat(at(WRONG)).isEqualTo(NOW);
    }
}
