package org.countersign.reports.collect;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A file of the spool with the counts that are not in a segment yet. Every second what was counted since is added to it, so that
 * a killed process loses a second of counts and not a minute. It is not forced to the disk: a system that loses its power loses a minute.
 *
 * <p>Each entry is its length and a segment. All have the number of the segment that they become. So it does no harm if the
 * process ends when the segment is written and the journal is not removed: the store takes a number once. For one thread.
 */
final class Journal {
    private static final String FILE = "counts.journal";
    // A row is written again in each second in which it was counted up.
    private static final int MAX_OCTETS = 16 << 20;

    private final Path file;
    private final Consumer<CollectStep> steps;
    private long octets;

    /** Begins with an empty journal; an earlier one has been recovered. */
    Journal(Path directory, Consumer<CollectStep> steps) {
        this.file = directory.resolve(FILE);
        this.steps = steps;
    }

    /** Adds what was counted. An entry that could not be written is overwritten by the next one. */
    void append(Segment growth) throws IOException {
        byte[] content = SegmentCodec.encode(growth);
        ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + content.length)
                .putInt(content.length)
                .put(content)
                .flip();
        long size = entry.remaining();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(octets);
            while (entry.hasRemaining()) {
                channel.write(entry);
            }
        }
        octets += size;
        steps.accept(CollectStep.JOURNALED);
    }

    /** Whether the segment should be made now. */
    boolean isFull() {
        return octets >= MAX_OCTETS;
    }

    /** Begins again. The counts are in a segment, or are lost. */
    void remove() throws IOException {
        octets = 0;
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
                if (length < 0
                        || rest < 0
                        || SegmentCodec.decode(in.readNBytes(length))
                                .filter(sum::add)
                                .isEmpty()) {
                    break;
                }
            }
        }
        return sum.segment();
    }
}
