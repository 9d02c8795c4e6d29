package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.syntax.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 6376 §3.4.1 and §3.4.2 header fields")
class CanonicalizationTest {
    /** C is CR, L is LF, T is a tab, _ is a space. */
    @ParameterizedTest
    @CsvSource({
        "A:_X,            a:X",
        "A_:X,            a:X",
        "A__T:__X,        a:X",
        "AbX-D:x,         abx-d:x",
        "B_:TYTCLTZ__,    b:Y_Z",
        "S:aCL_b,         s:a_b",
        "S:a_CL_b,        s:a_b",
        "S:CL_a,          s:a",
        "S:aCL_CLT,       s:a",
        "S:,              s:",
        "S:_T_,           s:",
        "S:a__:_b,        s:a_:_b",
        "S:aCb,           s:aCb",
        "S:aLb,           s:aLb",
        "S:aC,            s:aC",
        "S:aC_Lb,         s:aC_Lb",
    })
    void relaxedFoldsCaseOfTheNameAndWhiteSpaceOfTheValue(String field, String expected) {
        Octets input = Octets.wrap(BodyCanonicalizerTest.octets(field));
        Octets output = Octets.wrap(BodyCanonicalizerTest.octets(expected));

        assertThat(Canonicalization.RELAXED.header(input)).isEqualTo(output);
        assertThat(Canonicalization.RELAXED.header(output)).isEqualTo(output);
    }

    @Test
    void relaxedKeepsOctetsThatAreNoAscii() {
        Octets input = Octets.latin1("\u00c4: \u00c4\u000b\u00a0 ");

        assertThat(Canonicalization.RELAXED.header(input)).isEqualTo(Octets.latin1("\u00c4:\u00c4\u000b\u00a0"));
    }

    @Test
    void simpleChangesNothing() {
        Octets input = Octets.latin1("A : x\r\n\t y  ");

        assertThat(Canonicalization.SIMPLE.header(input)).isSameAs(input);
    }
}
