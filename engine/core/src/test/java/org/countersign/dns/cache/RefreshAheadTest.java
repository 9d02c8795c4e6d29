package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.countersign.dns.DnsQuery;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class RefreshAheadTest extends CacheTestBase {
    @Test
    void aHitInTheLastTenthOfTheTtlRefreshesInTheBackground() throws Exception {
        ask();
        upstream.awaitArrivals(1);
        upstream.answer(found("second", Duration.ofMinutes(1)));
        upstream.hold();
        clock.advance(Duration.ofSeconds(54));

        assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(6)));
        upstream.awaitArrivals(1);
        assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(6)));
        upstream.release();
        clock.advance(Duration.ofSeconds(6));
        // Either the refreshed answer is there already or this joins the lookup in flight.
        assertThat(texts(ask())).containsExactly("second");
        assertThat(upstream.queries()).isEqualTo(2);
    }

    @Test
    void earlierHitsAndShortTtlsCauseNoRefresh() {
        ask();
        clock.advance(Duration.ofSeconds(53));
        ask();
        assertThat(upstream.queries()).isEqualTo(1);

        upstream.answer(found("short", Duration.ofSeconds(9)));
        clock.advance(Duration.ofSeconds(7));
        ask();
        clock.advance(Duration.ofMillis(8500));
        ask();
        assertThat(upstream.queries()).isEqualTo(2);
    }

    @Test
    void aFailedRefreshIsNotRepeatedAndTheAnswerIsReturnedUntilItsTtl() throws Exception {
        ask();
        upstream.awaitArrivals(1);
        upstream.answer(DOWN);
        clock.advance(Duration.ofSeconds(55));
        ask();
        upstream.awaitArrivals(1);
        clock.advance(Duration.ofSeconds(4));

        assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(1)));
        assertThat(upstream.queries()).isEqualTo(2);
    }

    @Test
    void noRefreshStartsWhenTooManyLookupsAreInFlight() throws Exception {
        ask();
        upstream.hold();
        for (int i = 0; i < 8192; i++) {
            cache.lookup(
                    DnsQuery.txt(DomainName.of("n" + i + ".example")),
                    clock.instant().plusNanos(1));
        }
        upstream.awaitArrivals(8193);
        clock.advance(Duration.ofSeconds(55));

        assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(5)));
        upstream.release();
        assertThat(ask()).isEqualTo(cached("first", Duration.ofSeconds(5)));
        assertThat(upstream.queries()).isEqualTo(8193);
    }
}
