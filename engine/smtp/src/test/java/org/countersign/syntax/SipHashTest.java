package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
