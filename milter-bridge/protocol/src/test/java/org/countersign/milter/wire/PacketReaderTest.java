package org.countersign.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacketReaderTest {
    private static byte[] body(int length) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) 'x');
        return CommandCodec.encode(new MilterCommand.Body(ByteBuffer.wrap(octets)));
    }

    @Test
    void readsManySmallPacketsAtOnce() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            octets.writeBytes(body(10));
        }
        ShortReadChannel channel = new ShortReadChannel(octets.toByteArray(), Integer.MAX_VALUE);
        PacketReader reader = new PacketReader(channel);
        for (int i = 0; i < 100; i++) {
            assertThat(reader.next()).isInstanceOf(Packet.Frame.class);
        }
        assertThat(channel.reads()).isEqualTo(1);
    }

    @Test
    void allocatesNothingBeforeItReads() {
        assertThat(new PacketReader(new ShortReadChannel(new byte[0], 1)).capacity())
                .isZero();
    }

    @Test
    void doesNotAllocateForALengthBeforeTheOctetsArrive() throws IOException {
        byte[] promise = {0, 0x10, 0, 0, 'B', 'x', 'y'};
        PacketReader reader = new PacketReader(new ShortReadChannel(promise, Integer.MAX_VALUE));
        assertThat(reader.next()).isEqualTo(new Packet.End(true));
        assertThat(reader.capacity()).isEqualTo(4096);
    }

    @Test
    void rejectsImpossibleLengths() throws IOException {
        assertThat(first(0, 0, 0, 0)).isEqualTo(new Packet.BadLength(0));
        assertThat(first(0x80, 0, 0, 0, 'B')).isEqualTo(new Packet.BadLength(1L << 31));
        assertThat(first(0xFF, 0xFF, 0xFF, 0xFF)).isEqualTo(new Packet.BadLength((1L << 32) - 1));
        assertThat(first(0, 0x10, 0x04, 0x01)).isEqualTo(new Packet.BadLength(PacketReader.MAX_PACKET + 1L));
    }

    private static Packet first(int... octets) throws IOException {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new PacketReader(new ShortReadChannel(bytes, 2)).next();
    }

    @Test
    void readsTheLargestPacket() throws IOException {
        PacketReader reader = new PacketReader(new ShortReadChannel(body(PacketReader.MAX_PACKET - 1), 50_000));
        assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(PacketReader.MAX_PACKET - 1);
        assertThat(reader.capacity()).isEqualTo(PacketReader.MAX_PACKET + 4);
    }

    @Test
    void growsOnceForAStreamOfChunksAndShrinksAfterwards() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            octets.writeBytes(body(65_535));
        }
        PacketReader reader = new PacketReader(new ShortReadChannel(octets.toByteArray(), 200_000));
        for (int i = 0; i < 50; i++) {
            assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(65_535);
            assertThat(reader.capacity()).isLessThanOrEqualTo(128 * 1024);
        }
        reader.trim();
        assertThat(reader.capacity()).isZero();
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
    }

    /** Memory for a number of octets beyond the buffer that every connection has. */
    private static final class Bounded implements PacketReader.BufferMemory {
        private final int most;
        private int taken;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public boolean take(int octets) {
            boolean fits = taken + octets <= most;
            taken += fits ? octets : 0;
            return fits;
        }

        @Override
        public void release() {
            taken = 0;
        }
    }

    @Test
    void skipsAPacketBeyondTheMemoryAndContinues() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(body(300_000));
        octets.writeBytes(body(5));
        octets.writeBytes(body(40_000));
        octets.writeBytes(body(300_000));
        Bounded bufferMemory = new Bounded(64 * 1024);
        PacketReader reader =
                new PacketReader(new ShortReadChannel(octets.toByteArray(), 7_000), bufferMemory, octet -> false);

        assertThat(reader.next()).isEqualTo(new Packet.NoRoom('B'));
        assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(5);
        assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(40_000);
        assertThat(reader.capacity()).isEqualTo(8 * 1024 + bufferMemory.taken);
        assertThat(reader.next()).isEqualTo(new Packet.NoRoom('B'));
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
        reader.trim();
        assertThat(bufferMemory.taken).isZero();
    }

    @Test
    void aSkippedPacketCanEndEarly() throws IOException {
        byte[] octets = Arrays.copyOf(body(300_000), 200_000);
        PacketReader reader = new PacketReader(new ShortReadChannel(octets, 7_000), new Bounded(0), octet -> false);
        assertThat(reader.next()).isEqualTo(new Packet.End(true));
        assertThat(reader.capacity()).isEqualTo(8 * 1024);
    }

    @Test
    void aPacketWithoutDataKeepsNoBufferAlive() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(body(65_535));
        octets.writeBytes(new byte[] {0, 0, 0, 1, 'E'});
        PacketReader reader = new PacketReader(new ShortReadChannel(octets.toByteArray(), 200_000));
        assertThat(((Packet.Frame) reader.next()).data().array()).isNotEmpty();
        assertThat(((Packet.Frame) reader.next()).data().array()).isEmpty();
    }

    @Test
    void returnsAPacketInPartsWithoutAnyMemoryOfTheBudget() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(body(300_000));
        octets.writeBytes(body(5));
        PacketReader reader = new PacketReader(
                new ShortReadChannel(octets.toByteArray(), 7_000), new Bounded(0), CommandCodec::hasBody);
        int length = 0;
        Packet packet = reader.next();
        while (packet instanceof Packet.Part(ByteBuffer data)) {
            length += data.remaining();
            assertThat(reader.capacity()).isLessThanOrEqualTo(8 * 1024);
            packet = reader.next();
        }
        assertThat(((Packet.Frame) packet).octet()).isEqualTo('B');
        assertThat(length + ((Packet.Frame) packet).data().remaining()).isEqualTo(300_000);
        assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(5);
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
    }

    @Test
    void aPacketInPartsCanEndEarly() throws IOException {
        byte[] octets = Arrays.copyOf(body(30_000), 20_000);
        PacketReader reader =
                new PacketReader(new ShortReadChannel(octets, 20_000), new Bounded(0), CommandCodec::hasBody);
        Packet packet = reader.next();
        while (packet instanceof Packet.Part) {
            packet = reader.next();
        }
        assertThat(packet).isEqualTo(new Packet.End(true));
    }

    @Test
    void releasesABufferThatHasGrownAlthoughTheNextPacketsHaveArrived() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(body(65_535));
        octets.writeBytes(body(5));
        octets.writeBytes(body(4_000));
        octets.writeBytes(body(40_000));
        Bounded bufferMemory = new Bounded(128 * 1024);
        PacketReader reader =
                new PacketReader(new ShortReadChannel(octets.toByteArray(), 200_000), bufferMemory, octet -> false);
        for (int length : new int[] {65_535, 5, 4_000, 40_000}) {
            assertThat(((Packet.Frame) reader.next()).data().remaining()).isEqualTo(length);
            reader.trim();
            assertThat(bufferMemory.taken).isZero();
            assertThat(reader.capacity()).isLessThanOrEqualTo(8 * 1024);
        }
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
    }
}
