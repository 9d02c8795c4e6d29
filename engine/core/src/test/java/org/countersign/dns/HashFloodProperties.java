package org.countersign.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.domain.DomainName;

/** Names that an attacker chose, all with the same {@link String#hashCode}. */
class HashFloodProperties {
    private static final int NAMES = 1 << 12;

    /** Pairs of blocks that can take each other's place in a text without a change of its hash code. */
    @Provide
    Arbitrary<List<String>> blocks() {
        return Arbitraries.of(List.of("an", "c0"), List.of("ak", "c-"), List.of("a0", "_n"), List.of("xaw", "xc9"));
    }

    private static List<DnsQuery<DnsRecord.Text>> queries(List<String> blocks, String parent) {
        List<DnsQuery<DnsRecord.Text>> queries = new ArrayList<>();
        for (int number = 0; number < NAMES; number++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 1; bit < NAMES; bit <<= 1) {
                text.append(blocks.get((number & bit) == 0 ? 0 : 1));
            }
            queries.add(DnsQuery.txt(DomainName.of(text + "." + parent)));
        }
        return queries;
    }

    /** The time to fill a table grows with the sum over all of how many stand in the same place before. */
    @Property(tries = 20)
    void spreadOverAHashTableLikeRandomNames(@ForAll("blocks") List<String> blocks, @ForAll("parents") String parent) {
        List<DnsQuery<DnsRecord.Text>> queries = queries(blocks, parent);
        assertThat(queries.stream()
                        .map(query -> query.name().toString().hashCode())
                        .distinct())
                .as("the texts collide")
                .hasSize(1);

        Map<Integer, Integer> occupied = new HashMap<>();
        long comparisons = 0;
        for (DnsQuery<DnsRecord.Text> query : queries) {
            // As java.util.HashMap and ConcurrentHashMap choose the place in a table of as many places as keys.
            int spread = query.hashCode() ^ query.hashCode() >>> 16;
            comparisons += occupied.merge(spread & (NAMES - 1), 1, Integer::sum) - 1;
        }

        // Half the number of names is what random ones need; without a secret it would be two thousand times that.
        assertThat(comparisons).isLessThan(NAMES);
    }

    @Provide
    Arbitrary<String> parents() {
        return Arbitraries.of("q.example", "example", "a.long.name.below.which.things.are.asked.example");
    }
}
