package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.dkim.DkimArbitraries;

class BodyCanonicalizerProperties {
    @Provide
    Arbitrary<byte[]> bodies() {
        return DkimArbitraries.bodies();
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return DkimArbitraries.cuts();
    }

    @Property(tries = 3000)
    void agreesWithThePlainImplementationHoweverTheBodyIsCut(
            @ForAll("bodies") byte[] body, @ForAll("cuts") List<Integer> cuts, @ForAll Canonicalization kind) {
        byte[] canonical = BodyCanonicalizerTest.canonicalize(kind, body, DkimArbitraries.within(cuts, body.length));

        assertThat(text(canonical)).isEqualTo(text(PlainCanonicalization.body(kind, body)));
    }

    @Property(tries = 3000)
    void relaxedAgreesWithThePlainImplementationHoweverSmallItsBufferIs(
            @ForAll("bodies") byte[] body,
            @ForAll("cuts") List<Integer> cuts,
            @ForAll @IntRange(min = 2, max = 40) int bufferSize) {
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        RelaxedBody relaxed = new RelaxedBody(canonical::write, BodyBuffers.unpooled(), bufferSize);
        int from = 0;
        for (int to : DkimArbitraries.within(cuts, body.length)) {
            relaxed.write(body, from, to - from);
            from = to;
        }
        relaxed.write(body, from, body.length - from);
        relaxed.finish();

        assertThat(text(canonical.toByteArray()))
                .isEqualTo(text(PlainCanonicalization.body(Canonicalization.RELAXED, body)));
    }

    @Property(tries = 1000)
    void isIdempotent(@ForAll("bodies") byte[] body, @ForAll Canonicalization kind) {
        byte[] once = BodyCanonicalizerTest.canonicalize(kind, body, List.of());

        assertThat(BodyCanonicalizerTest.canonicalize(kind, once, List.of())).isEqualTo(once);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
