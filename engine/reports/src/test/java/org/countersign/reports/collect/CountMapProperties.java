package org.countersign.reports.collect;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CountMapProperties {
    private static final Segment.Traffic TRAFFIC = new Segment.Traffic(0, 0, "pass", "accept", "default");

    /** Half of the keys are for few slots, as if a sender had chosen them. */
    @Provide
    Arbitrary<List<RowKey>> keys() {
        Arbitrary<Long> first = Arbitraries.oneOf(
                Arbitraries.longs(), Arbitraries.longs().between(0, 9).map(slot -> slot << 32 | 0xffff));
        return Combinators.combine(first, Arbitraries.longs().between(-2, 2))
                .as(RowKey::new)
                .list()
                .ofMaxSize(600);
    }

    @Property(tries = 100)
    void theMessagesOfEachKeyAreAddedUp(@ForAll("keys") List<RowKey> keys) {
        CountMap map = new CountMap();
        Map<RowKey, Long> messages = new HashMap<>();
        Map<RowKey, Long> triggers = new HashMap<>();
        for (RowKey key : keys) {
            int triggering = (int) key.second() & 1;
            assertThat(map.add(key, 2, triggering)).isEqualTo(messages.containsKey(key));
            if (messages.merge(key, 2L, Long::sum) == 2) {
                map.put(new Count(key, TRAFFIC, Optional.empty()), 2, triggering);
            }
            triggers.merge(key, (long) triggering, Long::sum);
        }
        assertThat(map.size()).isEqualTo(messages.size());
        assertThat(map.all().collect(toMap(each -> each.count().key(), Count.Messages::messages)))
                .isEqualTo(messages);
        assertThat(map.all().collect(toMap(each -> each.count().key(), Count.Messages::triggers)))
                .isEqualTo(triggers);
    }
}
