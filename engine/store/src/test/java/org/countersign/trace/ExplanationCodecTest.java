package org.countersign.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.countersign.dns.DnsTrace;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.explain.MessageExplanation;
import org.countersign.testing.ConformanceRun;
import org.countersign.vectors.ConformancePack;
import org.junit.jupiter.api.Test;

class ExplanationCodecTest {
    private final ExplanationCodec codec = new ExplanationCodec();

    @Test
    void whatIsReadIsWhatWasWrittenInLessThanHalfOfPlainCompression() throws IOException {
        long stored = 0;
        long plain = 0;
        for (var vector : ConformancePack.load()) {
            Explanation.Group tree = MessageExplanation.full(ConformanceRun.outcome(vector), DnsTrace.NONE);
            byte[] json = ExplanationJson.toBytes(tree);
            byte[] octets = codec.encode(tree);
            assertThat(ExplanationJson.toBytes(ExplanationCodec.decode(octets))).isEqualTo(json);
            stored += octets.length;
            plain += deflated(json);
        }
        assertThat(stored).isLessThan(plain / 2);
    }

    private static int deflated(byte[] json) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(octets)) {
            out.write(json);
        }
        return octets.size();
    }

    /** The checksum of zlib finds each of them. */
    @Test
    void damagedOctetsAreRefused() {
        byte[] stored = codec.encode(MessageExplanation.of(TracedMessages.outcome(TracedMessages.FORGED)));
        Random random = new Random(20_261_128);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = stored.clone();
            damaged[random.nextInt(stored.length)] ^= (byte) (1 + random.nextInt(255));
            assertThatThrownBy(() -> ExplanationCodec.decode(damaged)).isInstanceOf(IOException.class);
            byte[] cut = Arrays.copyOf(stored, random.nextInt(stored.length));
            assertThatThrownBy(() -> ExplanationCodec.decode(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSmallTextThatBecomesHugeIsRefused() {
        byte[] bomb = codec.encode(new Explanation.Group().text("a", "x".repeat(ExplanationCodec.MAX_JSON)));
        assertThat(bomb).hasSizeLessThan(20_000);
        assertThatThrownBy(() -> ExplanationCodec.decode(bomb)).hasMessage("it is too large");
    }

    @Test
    void textIsBoundedBeforeItIsStored() {
        List<Explanation> items = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            items.add(new Explanation.Text("\u0000".repeat(3000)));
        }
        Explanation.Group bounded = BoundedTree.of(new Explanation.Group()
                .put("list", new Explanation.Items(items))
                .text("last", "y".repeat(3000)));
        assertThat(bounded.members())
                .containsEntry("shortened", new Explanation.Flag(true))
                .containsEntry("last", new Explanation.Text("y".repeat(BoundedTree.MIN_TEXT) + "..."));
        assertThat(ExplanationJson.toBytes(bounded)).hasSizeLessThan(ExplanationCodec.MAX_JSON);
    }

    @Test
    void anOrdinaryExplanationIsNotShortened() {
        Explanation.Group tree = MessageExplanation.of(TracedMessages.outcome(TracedMessages.FORGED));
        assertThat(ExplanationJson.toBytes(BoundedTree.of(tree))).isEqualTo(ExplanationJson.toBytes(tree));
    }
}
