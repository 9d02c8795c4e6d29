package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SwarProperties {
    private static long word(byte[] octets) {
        return Swar.read(octets, 0);
    }

    /** The high bit of each octet for which this is true. */
    private static long marks(byte[] octets, IntPredicate marked) {
        long marks = 0;
        for (int i = 0; i < octets.length; i++) {
            marks |= marked.test(octets[i] & 0xFF) ? 0x80L << (i * Byte.SIZE) : 0;
        }
        return marks;
    }

    @Property
    void aWordHasTheFirstOctetLowestAndIsStoredAsItWasRead(
            @ForAll @Size(8) byte[] octets, @ForAll @IntRange(max = 3) int at) {
        byte[] target = new byte[11];
        Swar.write(target, at, word(octets));

        assertThat(Swar.read(target, at)).isEqualTo(word(octets));
        assertThat(word(octets) & 0xFF).isEqualTo(octets[0] & 0xFF);
        assertThat(target[at + 7]).isEqualTo(octets[7]);
    }

    @Property
    void marksZeros(@ForAll @Size(8) byte[] octets, @ForAll @IntRange(max = 7) int zero) {
        octets[zero] = 0;
        long expected = marks(octets, octet -> octet == 0);

        assertThat(Swar.zeros(word(octets))).isEqualTo(expected);
        assertThat(Swar.firstMarked(Swar.firstZero(word(octets)))).isEqualTo(Swar.firstMarked(expected));
    }

    @Property
    void withoutAZeroNothingIsMarked(@ForAll @Size(8) byte[] octets) {
        for (int i = 0; i < octets.length; i++) {
            octets[i] = octets[i] == 0 ? 1 : octets[i];
        }

        assertThat(Swar.zeros(word(octets))).isZero();
        assertThat(Swar.firstZero(word(octets))).isZero();
        assertThat(Swar.firstMarked(0)).isEqualTo(8);
    }

    @Property
    void carriesFromAMinimumOn(@ForAll @Size(8) byte[] octets, @ForAll @IntRange(min = 1, max = 128) int min) {
        long sum = (word(octets) & Swar.LOW_BITS) + Swar.carryFrom(min);

        assertThat(sum & Swar.HIGH_BITS).isEqualTo(marks(octets, octet -> (octet & 0x7F) >= min));
    }

    @Property
    void repeatsAnOctetAndGathersMarks(@ForAll byte octet, @ForAll @IntRange(max = 255) int bits) {
        byte[] octets = new byte[8];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) ((bits >> i & 1) << 7);
        }

        assertThat(Swar.gather(word(octets))).isEqualTo(bits);
        assertThat(Swar.repeat(octet) ^ Swar.repeat(0)).isEqualTo((octet & 0xFF) * Swar.ONES);
    }
}
