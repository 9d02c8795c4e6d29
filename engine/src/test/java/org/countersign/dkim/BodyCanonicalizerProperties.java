package org.countersign.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class BodyCanonicalizerProperties {
    /** Mostly the octets that matter, now and then any other. */
    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<Byte> octets = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of((byte) '\r', (byte) '\n', (byte) ' ', (byte) '\t')),
                Tuple.of(4, Arbitraries.of((byte) 'a', (byte) 'b')),
                Tuple.of(1, Arbitraries.bytes()));
        Arbitrary<byte[]> free = octets.array(byte[].class).ofMaxSize(80);
        Arbitrary<byte[]> lines = Arbitraries.of("a b", "ab ", " ", "", "\t", "a  b", "abcdefghijklmnop q r", "a\rb")
                .list()
                .ofMaxSize(12)
                .map(list -> String.join("\r\n", list).getBytes(StandardCharsets.ISO_8859_1));
        return Arbitraries.oneOf(free, lines);
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(0, 200).list().ofMaxSize(6);
    }

    @Property(tries = 3000)
    void agreesWithAModelThatGoesLineByLine(
            @ForAll("bodies") byte[] body, @ForAll("cuts") List<Integer> cuts, @ForAll Canonicalization kind) {
        String text = new String(body, StandardCharsets.ISO_8859_1);

        byte[] canonical = BodyCanonicalizerTest.canonicalize(kind, body, sorted(cuts, body.length));

        assertThat(new String(canonical, StandardCharsets.ISO_8859_1)).isEqualTo(model(kind, text));
    }

    @Property(tries = 1000)
    void isIdempotent(@ForAll("bodies") byte[] body, @ForAll Canonicalization kind) {
        byte[] once = BodyCanonicalizerTest.canonicalize(kind, body, List.of());

        assertThat(BodyCanonicalizerTest.canonicalize(kind, once, List.of())).isEqualTo(once);
    }

    private static List<Integer> sorted(List<Integer> cuts, int length) {
        return cuts.stream().map(cut -> Math.min(cut, length)).sorted().toList();
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
