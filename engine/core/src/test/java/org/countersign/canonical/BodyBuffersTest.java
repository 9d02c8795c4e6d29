package org.countersign.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.countersign.dkim.DkimArbitraries;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class BodyBuffersTest {
    private static final BodyHashes.Request SIMPLE =
            new BodyHashes.Request(Canonicalization.SIMPLE, OptionalLong.empty());
    private static final BodyHashes.Request RELAXED =
            new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.empty());

    private final BodyBuffers.Pool pool = new BodyBuffers.Pool();

    @Provide
    Arbitrary<byte[]> bodies() {
        // Long enough for the buffers to be filled more than once.
        return Combinators.combine(
                        DkimArbitraries.bodies(), Arbitraries.integers().between(1, 200))
                .as((body, times) ->
                        Octets.latin1(Octets.wrap(body).latin1().repeat(times)).toByteArray());
    }

    @Property(tries = 300)
    void aBodyHasTheSameHashesInReusedBuffers(@ForAll @Size(min = 1, max = 6) List<@From("bodies") byte[]> bodies) {
        for (byte[] body : bodies) {
            BodyHashes pooled = begun(Optional.of(pool));
            BodyHashes alone = begun(Optional.empty());
            pooled.body(body, 0, body.length);
            alone.body(body, 0, body.length);

            assertThat(pooled.hash(SIMPLE)).isEqualTo(alone.hash(SIMPLE));
            assertThat(pooled.hash(RELAXED)).isEqualTo(alone.hash(RELAXED));
            pooled.release();
        }
    }

    @Property(tries = 300)
    void messagesAtTheSameTimeDoNotAffectEachOther(
            @ForAll @Size(min = 2, max = 5) List<@From("bodies") byte[]> bodies) {
        begun(Optional.of(pool)).release();
        List<BodyHashes> pooled =
                bodies.stream().map(unused -> begun(Optional.of(pool))).toList();
        for (int from = 0; from < 60_000; from += 700) {
            for (int i = 0; i < bodies.size(); i++) {
                int length = Math.min(700, bodies.get(i).length - from);
                if (length > 0) {
                    pooled.get(i).body(bodies.get(i), from, length);
                }
            }
        }
        for (int i = 0; i < bodies.size(); i++) {
            BodyHashes alone = begun(Optional.empty());
            alone.body(bodies.get(i), 0, bodies.get(i).length);

            pooled.get(i).release();
            assertThat(pooled.get(i).hash(RELAXED)).isEqualTo(alone.hash(RELAXED));
            assertThat(pooled.get(i).hash(SIMPLE)).isEqualTo(alone.hash(SIMPLE));
        }
    }

    @Test
    void releasedBuffersAreGivenToOneMessageOnly() {
        BodyHashes hashes = new BodyHashes(Optional.of(pool));
        hashes.request(RELAXED);
        hashes.release();
        hashes.release();

        BodyBuffers next = pool.acquire();
        assertThat(pool.acquire()).isNotSameAs(next);
    }

    @Test
    void releasedBuffersAreNeitherWrittenNorRead() {
        BodyHashes hashes = begun(Optional.of(pool));
        hashes.body(new byte[] {'a'}, 0, 1);
        hashes.release();

        assertThatThrownBy(() -> hashes.body(new byte[] {'b'}, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hashes.request(new BodyHashes.Request(Canonicalization.RELAXED, OptionalLong.of(3))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hashes.matchesPrefixBeforeFooter(RELAXED, Octets.EMPTY))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsAtMostSixtyFourIdleBuffers() {
        List<BodyBuffers> taken = Stream.generate(pool::acquire).limit(100).toList();
        taken.forEach(pool::release);

        long kept = Stream.generate(pool::acquire)
                .limit(100)
                .filter(taken::contains)
                .count();
        assertThat(kept).isEqualTo(64);
    }

    @Test
    void aLargeBodyAllocatesLessThanASixteenthOfItsSizeHoweverItIsCut() {
        byte[] lines = ("x".repeat(62) + "\r\n").repeat(2048).getBytes(StandardCharsets.US_ASCII);
        allocated(lines, 16_384, 1);
        for (int piece : new int[] {4_096, 8_192, 16_384, 65_536}) {
            assertThat(allocated(lines, piece, 100))
                    .as("in pieces of %s", piece)
                    .isLessThan(100L * lines.length / 16);
        }
    }

    private static long allocated(byte[] lines, int piece, int times) {
        BodyHashes hashes = begun(Optional.empty());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            for (int from = 0; from < lines.length; from += piece) {
                hashes.body(lines, from, Math.min(piece, lines.length - from));
            }
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static BodyHashes begun(Optional<BodyBuffers.Pool> pool) {
        BodyHashes hashes = new BodyHashes(pool);
        hashes.requestWithFooterDetection(SIMPLE);
        hashes.requestWithFooterDetection(RELAXED);
        return hashes;
    }
}
