package org.countersign.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.testing.ManualClock;
import org.countersign.testing.SteppingClock;

/** The wall clock is set while the cache is in use. */
class ClockStepProperties {
    private static final DnsQuery<DnsRecord.Text> QUERY = DnsQuery.txt(DomainName.of("example.org"));

    /**
     * @param pause how much time passes before the query
     * @param step by how much the wall clock is set before it
     * @param answered whether the servers answer at the moment
     */
    record Moment(Duration pause, Duration step, boolean answered) {}

    @Provide
    Arbitrary<List<Moment>> moments() {
        // Under ten seconds to live, so that nothing is refreshed in the background.
        return Combinators.combine(
                        Arbitraries.integers().between(0, 20).map(Duration::ofSeconds),
                        Arbitraries.of(-360, -1, 0, 1, 360).map(Duration::ofMinutes),
                        Arbitraries.of(true, false))
                .as(Moment::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    @Property(tries = 300)
    void settingTheWallClockChangesNoAnswerAndNoQuery(@ForAll("moments") List<Moment> moments) {
        SteppingClock stepping = new SteppingClock();
        ManualClock plain = ManualClock.started();

        assertThat(run(moments, stepping, stepping.monotonic(), moment -> {
                    stepping.advance(moment.pause());
                    stepping.step(moment.step());
                }))
                .isEqualTo(run(moments, plain, plain, moment -> plain.advance(moment.pause())));
    }

    private static List<Object> run(
            List<Moment> moments, InstantSource clock, InstantSource measuring, Consumer<Moment> passing) {
        ScriptedUpstream upstream = new ScriptedUpstream(query -> answer(true));
        CachingDnsClient cache = new CachingDnsClient(upstream, CacheTestBase.SETTINGS, clock);
        List<Object> seen = new ArrayList<>();
        for (Moment moment : moments) {
            passing.accept(moment);
            upstream.answer(answer(moment.answered()));
            seen.add(cache.lookup(QUERY, measuring.instant().plusSeconds(10)));
            seen.add(upstream.queries());
        }
        return seen;
    }

    private static DnsAnswer<?> answer(boolean answered) {
        return answered
                ? new DnsAnswer.NoSuchName<DnsRecord.Text>(AnswerMetadata.ttl(Duration.ofSeconds(8)))
                : new DnsAnswer.Unavailable<DnsRecord.Text>(Failure.TIMEOUT, AnswerMetadata.NONE);
    }

    /** A clock of the cache that goes back nevertheless. */
    @Property(tries = 100)
    void aFailureIsNeverCachedLongerThanItsTtl(@ForAll("moments") List<Moment> moments) {
        ManualClock clock = ManualClock.started();
        ScriptedUpstream upstream = new ScriptedUpstream(query -> answer(false));
        CachingDnsClient cache = new CachingDnsClient(upstream, CacheTestBase.SETTINGS, clock);
        for (Moment moment : moments) {
            clock.advance(moment.step());
            cache.lookup(QUERY, clock.instant().plusSeconds(10));
            int before = upstream.queries();
            clock.advance(moment.step().isNegative() ? moment.step() : Duration.ofSeconds(6));
            cache.lookup(QUERY, clock.instant().plusSeconds(10));
            assertThat(upstream.queries()).isEqualTo(before + 1);
        }
    }
}
