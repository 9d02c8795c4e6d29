package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class WhitespaceScannerProperties {
    /** Long enough for several groups, with few of the octets that are reported. */
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
    void findsInOrderEverySpaceBeforeWhiteSpaceAndEveryControlCharacterUpToATab(
            @ForAll("bodies") byte[] octets,
            @ForAll @IntRange(max = 300) int start,
            @ForAll @IntRange(min = 1, max = 40) int cut,
            @ForAll @IntRange(min = 1, max = 20) int groups) {
        int end = Math.max(0, octets.length - cut);
        int from = Math.min(start, end);
        WhitespaceScanner scanner = new WhitespaceScanner(new long[groups * WhitespaceScanner.GROUP]);
        // Marks that an earlier message left in the buffer.
        scanner.begin(new byte[2000], 0, 1900);
        while (scanner.advance()) {
            assertThat(scanner.changes()).isNotZero();
        }

        List<Integer> found = new ArrayList<>();
        scanner.begin(octets, from, end);
        while (scanner.advance()) {
            for (long changes = scanner.changes(); changes != 0; changes &= changes - 1) {
                found.add(scanner.first() + Long.numberOfTrailingZeros(changes));
            }
        }

        assertThat(found)
                .isEqualTo(IntStream.range(from, end)
                        .filter(at -> isChange(octets, at))
                        .boxed()
                        .toList());
    }

    private static boolean isChange(byte[] octets, int at) {
        boolean control = octets[at] >= 0 && octets[at] <= '\t';
        return control || (octets[at] == ' ' && (octets[at + 1] & 0xFF) <= ' ');
    }
}
