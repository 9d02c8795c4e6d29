package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    void eachKeyHasItsOwnCount(@ForAll("keys") List<RowKey> keys) {
        CountMap map = new CountMap();
        Set<RowKey> added = new LinkedHashSet<>();
        for (RowKey key : keys) {
            Optional<RowKey> found = Optional.ofNullable(map.find(key)).map(Count::key);
            if (added.add(key)) {
                assertThat(found).isEmpty();
                map.add(new Count(key, TRAFFIC, Optional.empty()));
            } else {
                assertThat(found).contains(key);
            }
        }
        assertThat(map.size()).isEqualTo(added.size());
        assertThat(map.all().map(Count::key)).containsExactlyInAnyOrderElementsOf(added);
        assertThat(added)
                .allSatisfy(key -> assertThat(Optional.ofNullable(map.find(key)).map(Count::key))
                        .contains(key));
    }
}
