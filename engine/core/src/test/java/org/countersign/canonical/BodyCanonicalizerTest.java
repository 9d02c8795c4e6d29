package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class BodyCanonicalizerTest {
    /** In all columns: C is CR, L is LF, T is a tab, _ is a space. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", emptyValue = "", textBlock = """
        # body,                simple,              relaxed
        '',                    CL,                  ''
        CL,                    CL,                  ''
        CLCLCL,                CL,                  ''
        a,                     aCL,                 aCL
        aCL,                   aCL,                 aCL
        aCLCLCL,               aCL,                 aCL
        aCLCLb,                aCLCLbCL,            aCLCLbCL
        CLCLa,                 CLCLaCL,             CLCLaCL
        a_,                    a_CL,                aCL
        a_CL,                  a_CL,                aCL
        a_T_CLb,               a_T_CLbCL,           aCLbCL
        a__b,                  a__bCL,              a_bCL
        aTb,                   aTbCL,               a_bCL
        a_b,                   a_bCL,               a_bCL
        _aCL,                  _aCL,                _aCL
        T_aCL,                 T_aCL,               _aCL
        aCL_b,                 aCL_bCL,             aCL_bCL
        aCL__b,                aCL__bCL,            aCL_bCL
        _,                     _CL,                 ''
        T_CL,                  T_CL,                ''
        _CLTCL,                _CLTCL,              ''
        aCL_CLT,               aCL_CLTCL,           aCL
        aCL_CLb,               aCL_CLbCL,           aCLCLbCL
        aC,                    aCCL,                aCCL
        C,                     CCL,                 CCL
        CC,                    CCCL,                CCCL
        CCL,                   CCL,                 CCL
        aCbL,                  aCbLCL,              aCbLCL
        aL,                    aLCL,                aLCL
        L,                     LCL,                 LCL
        LCL,                   LCL,                 LCL
        a_C,                   a_CCL,               a_CCL
        a__Cb,                 a__CbCL,             a_CbCL
        aTC_CL,                aTC_CL,              a_CCL
        aC_b,                  aC_bCL,              aC_bCL
        aCLC,                  aCLCCL,              aCLCCL
        aCLCLCb,               aCLCLCbCL,           aCLCLCbCL
        a_L,                   a_LCL,               a_LCL
        a_CLCL_CLb_CL,         a_CLCL_CLb_CL,       aCLCLCLbCL
        """)
    void hasTheSameCanonicalFormHoweverItIsCut(String body, String simple, String relaxed) {
        byte[] octets = octets(body);
        for (Canonicalization canonicalization : Canonicalization.values()) {
            String expected = canonicalization == Canonicalization.SIMPLE ? simple : relaxed;
            for (int first = 0; first <= octets.length; first++) {
                for (int second = first; second <= octets.length; second++) {
                    assertThat(canonicalize(canonicalization, octets, List.of(first, second)))
                            .as("%s cut at %d and %d", canonicalization, first, second)
                            .isEqualTo(octets(expected));
                }
            }
            assertThat(PlainCanonicalization.body(canonicalization, octets))
                    .as("%s by the plain implementation", canonicalization)
                    .isEqualTo(octets(expected));
            assertThat(oneByOne(canonicalization, octets))
                    .as("%s octet by octet", canonicalization)
                    .isEqualTo(octets(expected));
        }
    }

    static byte[] octets(String notation) {
        return notation.replace(" ", "")
                .replace('C', '\r')
                .replace('L', '\n')
                .replace('T', '\t')
                .replace('_', ' ')
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    public static byte[] canonicalize(Canonicalization canonicalization, byte[] body, List<Integer> cuts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BodyCanonicalizer canonicalizer = canonicalization.body(out::write, BodyBuffers.unpooled());
        int from = 0;
        for (int cut : cuts) {
            canonicalizer.write(body, from, cut - from);
            from = cut;
        }
        canonicalizer.write(body, from, body.length - from);
        canonicalizer.finish();
        return out.toByteArray();
    }

    private static byte[] oneByOne(Canonicalization canonicalization, byte[] body) {
        return canonicalize(
                canonicalization, body, IntStream.range(0, body.length).boxed().toList());
    }
}
