package org.countersign.reports.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.reports.document.Disposition;

class SegmentCodecProperties {
    private static Segment segment(List<String> texts, long number) {
        CollectedPolicy policy = RowWriterTest.policy(texts.get(0), texts.get(1), texts.get(2));
        CollectedRow row = new CollectedRow(
                texts.get(3),
                Disposition.QUARANTINE,
                3,
                texts.get(4),
                texts.get(5),
                number % 2 == 0 ? Optional.empty() : Optional.of(texts.get(6)),
                texts.get(7),
                texts.get(0));
        return new Segment(
                texts.get(1),
                number,
                -number,
                List.of(new CountedRow(7, policy, row, number, 1), new CountedRow(8, policy, row, 1, number)),
                Map.of(new Segment.Traffic(7, 23, texts.get(2), texts.get(3), texts.get(4)), number),
                Map.of(7, number));
    }

    @Property(tries = 200)
    void whatWasWrittenIsRead(@ForAll @Size(8) List<String> texts, @ForAll long number) {
        Segment segment =
                segment(texts.stream().map(SegmentCodecProperties::encodable).toList(), number);
        assertThat(SegmentCodec.decode(SegmentCodec.encode(segment))).contains(segment);
    }

    /** Half of a pair of surrogates has no octets in UTF-8. */
    private static String encodable(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c)) ? "?" : text;
    }

    @Property(tries = 200)
    void aFileThatIsCutOffOrChangedIsNoSegment(
            @ForAll @IntRange(max = 400) int at, @ForAll @IntRange(min = 1, max = 255) int change) {
        byte[] whole = SegmentCodec.encode(segment(List.of("a", "b", "c", "d", "e", "f", "g", "h"), 5));
        assertThat(SegmentCodec.decode(Arrays.copyOf(whole, at % whole.length))).isEmpty();
        byte[] changed = whole.clone();
        changed[at % whole.length] ^= (byte) change;
        assertThat(SegmentCodec.decode(changed)).isEmpty();
    }

    @Property(tries = 200)
    void anyOctetsGiveAnAnswer(@ForAll byte[] octets) {
        assertThat(SegmentCodec.decode(octets)).isEmpty();
    }
}
