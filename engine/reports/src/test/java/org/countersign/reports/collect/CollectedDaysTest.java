package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Counts belong to the day of their message, whatever the clock does. */
class CollectedDaysTest extends CollectDrill {
    @Test
    void aDayEndsAtMidnight() throws Exception {
        clock.set(CollectingHost.midnight().minusSeconds(10));
        CollectingHost host = host();
        host.receive(forged, 3);
        host.count();
        assertThat(host.segments()).isZero();
        clock.set(CollectingHost.midnight().plusSeconds(6));
        host.receive(forged, 4);
        host.count();
        assertThat(host.segments()).isEqualTo(1);
        assertThat(host.flush()).isTrue();
        int day = Days.of(CollectingHost.midnight().getEpochSecond());
        assertThat(CollectingHost.sum(store(), "SELECT messages FROM report_row WHERE day = " + (day - 1)))
                .isEqualTo(3);
        assertThat(CollectingHost.sum(store(), "SELECT messages FROM report_row WHERE day = " + day))
                .isEqualTo(4);
        assertThat(CollectingHost.sum(store(), "SELECT through FROM report_host"))
                .isGreaterThanOrEqualTo(CollectingHost.midnight().getEpochSecond());
        host.kill();
    }

    @Test
    void aHostWithoutMailTellsThatItHasNothingToAdd() throws Exception {
        CollectingHost host = host();
        for (int i = 0; i < 11; i++) {
            host.minute();
        }
        assertThat(host.flush()).isTrue();
        assertThat(CollectingHost.sum(store(), "SELECT through FROM report_host"))
                .isGreaterThan(JudgedMail.TIME.plusSeconds(500).getEpochSecond());
        host.kill();
    }

    @Test
    void aClockThatIsSetBackOrForwardLosesNothing() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 1);
        host.count();
        clock.set(JudgedMail.TIME.minus(Duration.ofHours(3)));
        host.receive(forged, 2);
        host.count();
        assertThat(host.segments()).isEqualTo(1);
        storeMinute(host);
        clock.set(JudgedMail.TIME.plus(Duration.ofDays(2)));
        host.receive(forged, 4);
        host.count();
        storeMinute(host);
        clock.set(JudgedMail.TIME);
        host.receive(forged, 8);
        host.minute();
        storeMinute(host);
        assertThat(CollectingHost.messages(store())).isEqualTo(15);
        host.kill();
    }

    @Test
    void rowsOfDaysThatAreClosedAreCountedAsLost() throws Exception {
        CollectingHost host = host();
        host.receive(forged, 5);
        host.minute();
        clock.advance(SpoolFlusher.MAX_AGE.plusDays(1));
        host.receive(forged, 2);
        storeMinute(host);
        assertThat(CollectingHost.messages(store())).isEqualTo(2);
        assertThat(CollectingHost.sum(store(), "SELECT sum(messages) FROM report_lost"))
                .isEqualTo(5);
        host.kill();
    }
}
