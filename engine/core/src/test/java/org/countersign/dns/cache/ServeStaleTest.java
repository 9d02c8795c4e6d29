package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("RFC 8767: stale answers")
class ServeStaleTest extends CacheTestBase {
    @ParameterizedTest
    @EnumSource(
            value = Failure.class,
            names = {"TIMEOUT", "SERVER_FAILURE", "REFUSED", "NETWORK", "DEADLINE"})
    void areReturnedWhenTheServersFail(Failure failure) {
        ask();
        clock.advance(Duration.ofMinutes(5));
        upstream.answer(new DnsAnswer.Unavailable<>(failure, AnswerMetadata.NONE));

        assertThat(ask()).isEqualTo(stale("first"));
        assertThat(metrics.value(CacheMetrics.STALE)).isEqualTo(1);
    }

    @Test
    void areReturnedAtOnceWhileTheFailureIsCached() {
        ask();
        clock.advance(Duration.ofMinutes(5));
        upstream.answer(DOWN);
        ask();
        assertThat(ask()).isEqualTo(stale("first"));
        assertThat(upstream.queries()).isEqualTo(2);

        clock.advance(Duration.ofSeconds(5));
        upstream.answer(found("second", Duration.ofMinutes(1)));
        assertThat(ask()).isEqualTo(found("second", Duration.ofMinutes(1)));
    }

    @Test
    void areReturnedAtTheDeadlineOfTheCaller() {
        ask();
        clock.advance(Duration.ofMinutes(5));
        upstream.hold();

        assertThat(ask(Duration.ofMillis(20))).isEqualTo(stale("first"));
    }

    @Test
    void areReturnedIfTheServersTakeTooLong() {
        ask();
        clock.advance(Duration.ofMinutes(5));
        upstream.hold();

        assertThat(ask(Duration.ofDays(1))).isEqualTo(stale("first"));
    }

    @Test
    void areNotReturnedIfANewerAnswerIsAvailable() {
        ask();
        clock.advance(Duration.ofMinutes(5));
        upstream.answer(new DnsAnswer.NoSuchName<>(AnswerMetadata.ttl(Duration.ofMinutes(1))));

        assertThat(ask()).isInstanceOf(DnsAnswer.NoSuchName.class);
        upstream.answer(DOWN);
        clock.advance(Duration.ofMinutes(1));
        assertThat(ask()).as("what was once replaced").isInstanceOf(DnsAnswer.Unavailable.class);
    }

    @Test
    void areNotReturnedBeyondTheirMaximumAge() {
        ask();
        upstream.answer(DOWN);
        clock.advance(Duration.ofMinutes(11).minusMillis(1));
        assertThat(ask()).isEqualTo(stale("first"));

        clock.advance(Duration.ofMillis(1));
        assertThat(ask()).isEqualTo(failed(Failure.SERVER_FAILURE, Duration.ofSeconds(5)));
    }

    @Test
    void areNeverNegative() {
        upstream.answer(new DnsAnswer.NoSuchName<>(AnswerMetadata.ttl(Duration.ofMinutes(1))));
        ask();
        upstream.answer(DOWN);
        clock.advance(Duration.ofMinutes(1));

        assertThat(ask()).isInstanceOf(DnsAnswer.Unavailable.class);
    }

    @Test
    void areNotReturnedIfDisabled() {
        settings(Duration.ZERO, Duration.ofDays(1), Duration.ofSeconds(5), Duration.ZERO);
        ask();
        upstream.answer(DOWN);
        clock.advance(Duration.ofMinutes(1));

        assertThat(ask()).isInstanceOf(DnsAnswer.Unavailable.class);
    }

    @Test
    void causeAnUpstreamQueryEachTimeIfFailuresAreNotCached() {
        settings(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ofHours(1));
        ask();
        upstream.answer(DOWN);
        clock.advance(Duration.ofMinutes(1));

        assertThat(ask()).isEqualTo(stale("first"));
        assertThat(ask()).isEqualTo(stale("first"));
        assertThat(upstream.queries()).isEqualTo(3);
    }
}
