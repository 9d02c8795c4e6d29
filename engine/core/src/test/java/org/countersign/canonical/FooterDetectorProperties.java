package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.countersign.crypto.Sha256;
import org.countersign.syntax.Octets;

class FooterDetectorProperties {
    /** A pass over the body without a canonicalizer: the digests and a detector before them. */
    private static final class Run {
        private final BodyDigest whole = new BodyDigest(Long.MAX_VALUE);
        private final BodyDigest limited;
        private final FooterDetector detector;

        Run(long limit) {
            this.limited = new BodyDigest(limit);
            this.detector = new FooterDetector(
                    (octets, offset, length) -> {
                        whole.update(octets, offset, length);
                        limited.update(octets, offset, length);
                    },
                    BodyBuffers.unpooled());
        }
    }

    @Property
    void passesOnAllThatIsWrittenAndHandedOver(
            @ForAll @Size(max = 12) List<@IntRange(min = -9_000, max = 9_000) Integer> pieces,
            @ForAll @IntRange(max = 50_000) int limit) {
        byte[] body = body(pieces);
        Run run = new Run(limit);

        pour(body, pieces, run.detector);
        run.detector.flush();

        int counted = Math.min(limit, body.length);
        assertThat(run.whole.hashed()).isEqualTo(body.length);
        assertThat(run.limited.hashed()).isEqualTo(counted);
        assertThat(run.whole.value()).isEqualTo(sha256(body, body.length));
        assertThat(run.limited.value()).isEqualTo(sha256(body, counted));
    }

    @Property
    void detectsAFooterOfFourKilobytesHoweverTheBodyIsCut(
            @ForAll @Size(max = 12) List<@IntRange(min = -9_000, max = 9_000) Integer> pieces,
            @ForAll @IntRange(min = 1, max = 4_000) int footer) {
        byte[] body = body(pieces);
        int end = body.length - footer;
        if (end < 8) {
            return;
        }
        System.arraycopy(new byte[] {'x', 'y', '\r', '\n'}, 0, body, end - 4, 4);
        Run run = new Run(0);

        pour(body, pieces, run.detector);
        BodyDigest beforeTail = run.whole.snapshot();
        run.detector.flush();

        assertThat(run.detector.matchesPrefix(beforeTail, sha256(body, end))).isTrue();
        assertThat(run.detector.matchesPrefix(beforeTail, sha256(body, end - 1)))
                .isFalse();
    }

    @Property(tries = 50)
    void holdsBackAFewKilobytesHoweverSmallThePiecesAre(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = -600, max = 600) Integer> pieces) {
        Run run = new Run(0);
        byte[] given = new byte[600];
        long written = 0;
        for (int round = 0; round < 500; round++) {
            for (int piece : pieces) {
                if (piece < 0) {
                    run.detector.handOver(given.clone(), -piece);
                } else if (piece > 0) {
                    run.detector.write(given, 0, piece);
                }
                written += Math.abs(piece);
                assertThat(written - run.whole.hashed()).isBetween(0L, 3L * FooterDetector.MAX_FOOTER);
            }
        }
    }

    // A negative number is a piece that is handed over; the returned buffer is overwritten, as its new owner may do.
    private static void pour(byte[] body, List<Integer> pieces, FooterDetector detector) {
        int at = 0;
        for (int piece : pieces) {
            int length = Math.abs(piece);
            if (piece < 0) {
                byte[] given = Arrays.copyOfRange(body, at, at + length + 100);
                Arrays.fill(detector.handOver(given, length), (byte) '#');
            } else if (piece > 0) {
                detector.write(body, at, length);
            }
            at += length;
        }
    }

    private static byte[] body(List<Integer> pieces) {
        byte[] body = new byte[pieces.stream().mapToInt(Math::abs).sum()];
        new Random(body.length).nextBytes(body);
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ('a' + (body[i] & 15));
        }
        return body;
    }

    private static Octets sha256(byte[] octets, int length) {
        return Octets.wrap(Sha256.newDigest().digest(Arrays.copyOf(octets, length)));
    }
}
