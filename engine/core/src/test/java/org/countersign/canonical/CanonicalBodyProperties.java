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

class CanonicalBodyProperties {
    @Property
    void hashesWhatIsWrittenAndHandedOverUpToEachLimit(
            @ForAll @Size(max = 12) List<@IntRange(min = -9_000, max = 9_000) Integer> pieces,
            @ForAll @IntRange(max = 50_000) int limit) {
        byte[] body = body(pieces);
        CanonicalBody canonical = new CanonicalBody(BodyBuffers.ofItsOwn());
        BodyDigest whole = new BodyDigest(Long.MAX_VALUE);
        BodyDigest limited = new BodyDigest(limit);
        canonical.add(whole);
        canonical.add(limited);

        pour(body, pieces, canonical);

        int counted = Math.min(limit, body.length);
        assertThat(canonical.hash(whole)).isEqualTo(new BodyHash(sha256(body, body.length), body.length, body.length));
        assertThat(canonical.hash(limited)).isEqualTo(new BodyHash(sha256(body, counted), counted, body.length));
    }

    @Property
    void findsAFooterOfFourKilobytesHoweverTheBodyIsCut(
            @ForAll @Size(max = 12) List<@IntRange(min = -9_000, max = 9_000) Integer> pieces,
            @ForAll @IntRange(min = 1, max = 4_000) int footer) {
        byte[] body = body(pieces);
        int end = body.length - footer;
        if (end < 8) {
            return;
        }
        System.arraycopy(new byte[] {'x', 'y', '\r', '\n'}, 0, body, end - 4, 4);
        CanonicalBody canonical = new CanonicalBody(BodyBuffers.ofItsOwn());
        BodyDigest digest = new BodyDigest(Long.MAX_VALUE);
        canonical.add(digest);

        pour(body, pieces, canonical);

        assertThat(canonical.hasBeginning(digest, sha256(body, end))).isTrue();
        assertThat(canonical.hasBeginning(digest, sha256(body, end - 1))).isFalse();
    }

    @Property(tries = 50)
    void holdsAFewKilobytesBackHoweverSmallThePiecesAre(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = -600, max = 600) Integer> pieces) {
        CanonicalBody canonical = new CanonicalBody(BodyBuffers.ofItsOwn());
        BodyDigest digest = new BodyDigest(Long.MAX_VALUE);
        canonical.add(digest);
        byte[] given = new byte[600];
        long written = 0;
        for (int round = 0; round < 500; round++) {
            for (int piece : pieces) {
                if (piece < 0) {
                    canonical.handOver(given.clone(), -piece);
                } else if (piece > 0) {
                    canonical.write(given, 0, piece);
                }
                written += Math.abs(piece);
                assertThat(written - digest.hashed()).isBetween(0L, 3L * CanonicalBody.TAIL);
            }
        }
    }

    // A number below zero is a piece that is handed over; what comes back is overwritten, as its new owner may.
    private static void pour(byte[] body, List<Integer> pieces, CanonicalBody canonical) {
        int at = 0;
        for (int piece : pieces) {
            int length = Math.abs(piece);
            if (piece < 0) {
                byte[] given = Arrays.copyOfRange(body, at, at + length + 100);
                Arrays.fill(canonical.handOver(given, length), (byte) '#');
            } else if (piece > 0) {
                canonical.write(body, at, length);
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
