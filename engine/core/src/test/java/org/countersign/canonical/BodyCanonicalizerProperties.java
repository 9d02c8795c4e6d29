package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
    void agreesWithAModelThatGoesLineByLine(
            @ForAll("bodies") byte[] body, @ForAll("cuts") List<Integer> cuts, @ForAll Canonicalization kind) {
        String text = new String(body, StandardCharsets.ISO_8859_1);

        byte[] canonical = BodyCanonicalizerTest.canonicalize(kind, body, DkimArbitraries.within(cuts, body.length));

        assertThat(new String(canonical, StandardCharsets.ISO_8859_1)).isEqualTo(model(kind, text));
    }

    @Property(tries = 3000)
    void relaxedAgreesWithTheModelHoweverLittleIsGathered(
            @ForAll("bodies") byte[] body,
            @ForAll("cuts") List<Integer> cuts,
            @ForAll @IntRange(min = 2, max = 40) int room) {
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        RelaxedBody relaxed = new RelaxedBody(canonical::write, BodyBuffers.ofItsOwn(), room);
        int from = 0;
        for (int to : DkimArbitraries.within(cuts, body.length)) {
            relaxed.write(body, from, to - from);
            from = to;
        }
        relaxed.write(body, from, body.length - from);
        relaxed.finish();

        assertThat(canonical.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(model(Canonicalization.RELAXED, new String(body, StandardCharsets.ISO_8859_1)));
    }

    @Property(tries = 1000)
    void isIdempotent(@ForAll("bodies") byte[] body, @ForAll Canonicalization kind) {
        byte[] once = BodyCanonicalizerTest.canonicalize(kind, body, List.of());

        assertThat(BodyCanonicalizerTest.canonicalize(kind, once, List.of())).isEqualTo(once);
    }

    private static String model(Canonicalization kind, String body) {
        List<String> lines = new ArrayList<>(Arrays.asList(body.split("\r\n", -1)));
        if (kind == Canonicalization.RELAXED) {
            // A CR that is no line end is content, so trailing white space before it stays.
            lines.replaceAll(line -> line.replaceAll("[ \t]+", " ").replaceAll(" \\z", ""));
        }
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        if (lines.isEmpty()) {
            return kind == Canonicalization.SIMPLE ? "\r\n" : "";
        }
        return String.join("\r\n", lines) + "\r\n";
    }
}
