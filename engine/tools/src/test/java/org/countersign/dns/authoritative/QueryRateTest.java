package org.countersign.dns.authoritative;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueryRateTest {
    private final AtomicLong now = new AtomicLong();
    private final List<Long> sleeps = new ArrayList<>();
    private final QueryRate rate = new QueryRate(20, now::get, nanos -> {
        sleeps.add(nanos);
        now.addAndGet(nanos);
    });

    @Test
    void aBurstIsSpreadToTwentyQueriesASecond() {
        for (int i = 0; i < 21; i++) {
            rate.await();
        }
        assertThat(now.get()).isEqualTo(1_000_000_000L);
        assertThat(sleeps).hasSize(20);
    }

    @Test
    void timeThatNobodyUsedIsNotSavedUp() {
        rate.await();
        now.addAndGet(60_000_000_000L);
        rate.await();
        assertThat(sleeps).isEmpty();
        rate.await();
        assertThat(sleeps).containsExactly(50_000_000L);
    }
}
