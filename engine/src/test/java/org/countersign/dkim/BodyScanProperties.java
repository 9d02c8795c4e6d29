package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class BodyScanProperties {
    /** Long enough for several blocks, with few of the octets that end a search. */
    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<Byte> octets = Arbitraries.frequencyOf(
                Tuple.of(60, Arbitraries.of((byte) 'a', (byte) '.', (byte) 0xE9, (byte) 0xA0, (byte) '!')),
                Tuple.of(4, Arbitraries.of((byte) ' ', (byte) '\r', (byte) '\n')),
                Tuple.of(1, Arbitraries.of((byte) '\t', (byte) 0)),
                Tuple.of(1, Arbitraries.bytes()));
        return octets.array(byte[].class).ofMaxSize(5000);
    }

    @Property(tries = 1000)
    void findsEveryTabAndEverySpaceBeforeWhiteSpaceInTurn(
            @ForAll("bodies") byte[] octets,
            @ForAll @IntRange(max = 300) int start,
            @ForAll @IntRange(max = 40) int cut,
            @ForAll @IntRange(min = 1, max = 9) int step) {
        int from = Math.min(start, octets.length);
        int end = Math.max(from, octets.length - cut);
        BodyScan scan = new BodyScan();
        scan.begin(octets, from, end);

        int at = from;
        while (at < end) {
            int expected = at;
            while (expected < end && !isChange(octets, expected, end)) {
                expected++;
            }
            assertThat(scan.next(at)).isEqualTo(expected);
            at = expected + step;
        }
    }

    private static boolean isChange(byte[] octets, int at, int end) {
        boolean inFrontOfWhiteSpace = at + 1 < end && (octets[at + 1] & 0xFF) <= ' ';
        return octets[at] == '\t' || (octets[at] == ' ' && inFrontOfWhiteSpace);
    }
}
