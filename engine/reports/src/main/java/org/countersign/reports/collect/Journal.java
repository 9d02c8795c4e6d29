package org.countersign.reports.collect;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * A file of the spool with the counts that are not in a segment yet. Every second what was counted since is added to it, so that
 * a killed process loses a second of counts and not a minute. It is not forced to the disk: a system that loses its power loses a minute.
 *
 * <p>Each entry is a segment with the rows that the journal did not have, and numbers of rows that it has. All entries have the
 * number of the segment that they become. So it does no harm if the process ends when the segment is written and the journal is
 * not removed: the store takes a number once. For one thread.
 */
final class Journal {
    private static final String FILE = "counts.journal";
    private static final int MAX_OCTETS = 16 << 20;
    private static final int OCTETS_OF_A_REPEAT = Integer.BYTES + 2 * Long.BYTES;

    private final Path file;
    private final Consumer<CollectStep> steps;
    private long octets;
    private int rows;

    /** More messages of the row with a number, which is counted from 0 in the order in which the journal got the rows. */
    record Repeat(int number, long messages, long triggers) {}

    /**
     * What was counted in a second.
     *
     * @param segment with the rows that the journal did not have
     */
    record Entry(Segment segment, List<Repeat> repeats) {
        Entry {
            repeats = List.copyOf(repeats);
        }

        /** The length of the rest, the length of the segment, the segment, the repeats, and the checksum of them. */
        private ByteBuffer encoded() {
            byte[] content = SegmentCodec.encode(segment);
            int length = Integer.BYTES + content.length + repeats.size() * OCTETS_OF_A_REPEAT + Long.BYTES;
            ByteBuffer octets = ByteBuffer.allocate(Integer.BYTES + length)
                    .putInt(length)
                    .putInt(content.length)
                    .put(content);
            for (Repeat repeat : repeats) {
                octets.putInt(repeat.number()).putLong(repeat.messages()).putLong(repeat.triggers());
            }
            return octets.putLong(checksum(
                            octets.array(), octets.position() - repeats.size() * OCTETS_OF_A_REPEAT, octets.position()))
                    .flip();
        }

        private static long checksum(byte[] octets, int from, int to) {
            CRC32 checksum = new CRC32();
            checksum.update(octets, from, to - from);
            return checksum.getValue();
        }

        /** Adds an entry without its length to a sum; false if it is damaged or of another number. */
        private static boolean addTo(SegmentSum sum, byte[] octets) {
            int end = octets.length - Long.BYTES;
            if (end < Integer.BYTES) {
                return false;
            }
            ByteBuffer in = ByteBuffer.wrap(octets);
            int length = in.getInt();
            int repeats = Integer.BYTES + length;
            if (length < 0
                    || repeats > end
                    || repeats < 0
                    || in.getLong(end) != checksum(octets, repeats, end)
                    || SegmentCodec.decode(Arrays.copyOfRange(octets, Integer.BYTES, repeats))
                            .filter(sum::add)
                            .isEmpty()) {
                return false;
            }
            in.position(repeats);
            while (end - in.position() >= OCTETS_OF_A_REPEAT) {
                if (!sum.repeat(in.getInt(), in.getLong(), in.getLong())) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Begins with an empty journal; an earlier one has been recovered. */
    Journal(Path directory, Consumer<CollectStep> steps) {
        this.file = directory.resolve(FILE);
        this.steps = steps;
    }

    /** Adds what was counted. An entry that could not be written is overwritten by the next one. */
    void append(Entry counted) throws IOException {
        ByteBuffer entry = counted.encoded();
        long size = entry.remaining();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(octets);
            while (entry.hasRemaining()) {
                channel.write(entry);
            }
        }
        octets += size;
        rows += counted.segment().rows().size();
        steps.accept(CollectStep.JOURNALED);
    }

    /** How many rows it has, some of which may be equal. */
    int rows() {
        return rows;
    }

    /** Whether the segment should be made now. */
    boolean isFull() {
        return octets >= MAX_OCTETS;
    }

    /** Begins again. The counts are in a segment, or are lost. */
    void remove() throws IOException {
        octets = 0;
        rows = 0;
        Files.deleteIfExists(file);
        steps.accept(CollectStep.JOURNAL_REMOVED);
    }

    /** The counts of an earlier process. What follows a torn entry is left out. */
    Optional<Segment> read() throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        SegmentSum sum = new SegmentSum();
        // One entry at a time: the heap may be small.
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            long rest = Files.size(file);
            while (rest > Integer.BYTES) {
                int length = in.readInt();
                rest -= Integer.BYTES + (long) length;
                // Octets of a torn entry may follow an entry of another number.
                if (length < 0 || rest < 0 || !Entry.addTo(sum, in.readNBytes(length))) {
                    break;
                }
            }
        }
        return sum.segment();
    }
}
