package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipHashTest {
    /** What Python 3.11 says with {@code PYTHONHASHSEED=0}: its strings are hashed with SipHash-1-3 and this key. */
    @ParameterizedTest
    @CsvSource({
        "a, 407448d2b89b1813",
        "an, 0306ddfe3a8403e2",
        "1234567, a33d651594fdae81",
        "12345678, 3489982430560a87",
        "example.org, edc56ea5d00fff5c",
        "ananan.q.example, e31cea268e3d6a88",
        "_dmarc.bank.example, c35e92d68d7f6b63",
    })
    void agreesWithAnotherImplementation(String text, String hash) {
        assertThat(new SipHash(0, 0).hash(text)).isEqualTo(Long.parseUnsignedLong(hash, 16));
    }

    private static List<Long> hash(Object... values) {
        return hash(new SipHash(1, 2), values);
    }

    private static List<Long> hash(SipHash function, Object... values) {
        SipHash.Values hash = function.values();
        for (Object value : values) {
            switch (value) {
                case String text -> hash.add(text);
                case Octets octets -> hash.add(octets);
                default -> hash.add((Integer) value);
            }
        }
        return List.of(hash.hash().first(), hash.hash().second());
    }

    @Test
    void aHashOfValuesDependsOnEachOfThemAndOnTheirOrder() {
        assertThat(hash("a", 1, "example.org")).isEqualTo(hash("a", 1, "example.org"));
        assertThat(Set.of(
                        hash("a", 1, "example.org"),
                        hash("a", 2, "example.org"),
                        hash("b", 1, "example.org"),
                        hash("a", 1, "example.net"),
                        hash("a", 1, "example.or", "g"),
                        hash("a", 1),
                        hash("a", "example.org", 1),
                        hash(new SipHash(1, 3), "a", 1, "example.org")))
                .hasSize(8)
                .allSatisfy(halves -> assertThat(halves.getFirst()).isNotEqualTo(halves.getLast()));
    }

    @Test
    void aHashOfValuesDependsOnTheWholeOfACharacter() {
        assertThat(hash("example")).isNotEqualTo(hash("ex\u0161mple")).isNotEqualTo(hash("ex\u0261mple"));
        assertThat(hash("ex\u0161mple")).isNotEqualTo(hash("ex\u0261mple"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65})
    void aHashOfValuesDependsOnEachOctetOfATextAndOnItsLength(int length) {
        String text = "x".repeat(length);
        Set<List<Long>> hashes = new HashSet<>(List.of(hash(text), hash(text + "x"), hash(text.substring(1))));
        for (int i = 0; i < length; i++) {
            String other = text.substring(0, i) + "y" + text.substring(i + 1);
            assertThat(hashes.add(hash(other))).isTrue();
            assertThat(hash(Octets.latin1(other))).isEqualTo(hash(other));
        }
        assertThat(hashes).hasSize(length + 3);
    }

    @Test
    void aTextThatEqualsAnEarlierOneIsAnotherValueThanTheOthers() {
        assertThat(Set.of(repeated("a", "a"), repeated("a", ""), repeated("a", "b"), repeated("", "")))
                .hasSize(4);
        assertThat(repeated("a", "b")).isEqualTo(hash("a", "b"));
        assertThat(repeated("a", "a")).isEqualTo(repeated("a", String.valueOf('a')));
    }

    private static List<Long> repeated(String earlier, String text) {
        SipHash.Values hash = new SipHash(1, 2).values();
        hash.add(earlier);
        hash.add(text, earlier);
        return List.of(hash.hash().first(), hash.hash().second());
    }

    @ParameterizedTest
    @CsvSource({"a", "example.org"})
    void dependsOnEachHalfOfTheKey(String text) {
        long hash = new SipHash(0, 0).hash(text);

        assertThat(new SipHash(1, 0).hash(text)).isNotEqualTo(hash);
        assertThat(new SipHash(0, 1).hash(text)).isNotEqualTo(hash);
        assertThat(SipHash.withRandomKey().hash(text))
                .isNotEqualTo(SipHash.withRandomKey().hash(text));
    }
}
