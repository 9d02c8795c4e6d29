package org.countersign.reports.collect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The directory with the segments that are not in the store yet. The names of the files give their order. A segment is
 * written to a temporary file, brought to the disk, and renamed, so that a file with the name of a segment is whole. One
 * thread adds segments and another one takes them.
 */
final class Spool {
    private static final String SEGMENT = ".segment";
    private static final String TEMPORARY = ".temporary";
    private static final String DAMAGED = ".damaged";
    private static final int MAX_FILE = 64 << 20;
    private static final String DIRECTORY_MODE = "rwxr-x---";

    private final Path directory;
    private final long maxOctets;
    private final Consumer<CollectStep> steps;
    private final AtomicLong octets = new AtomicLong();
    private final AtomicLong segments = new AtomicLong();
    // Used by the thread that adds.
    private long next;
    // Used by the thread that takes: the directory may have thousands of files.
    private final Deque<Path> pending = new ArrayDeque<>();

    private Spool(Path directory, long maxOctets, Consumer<CollectStep> steps) {
        this.directory = directory;
        this.maxOctets = maxOctets;
        this.steps = steps;
    }

    /** Creates the directory if it does not exist. */
    static void create(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(DIRECTORY_MODE));
        }
    }

    /**
     * Opens an existing directory. Temporary files of an earlier process are removed.
     *
     * @param maxOctets how large all segments together may be
     */
    static Spool open(Path directory, long maxOctets, Consumer<CollectStep> steps) throws IOException {
        Spool spool = new Spool(directory, maxOctets, steps);
        for (Path file : spool.files(TEMPORARY)) {
            Files.deleteIfExists(file);
        }
        for (Path file : spool.files(SEGMENT)) {
            spool.octets.addAndGet(Files.size(file));
            spool.segments.incrementAndGet();
            spool.next = Math.max(spool.next, number(file) + 1);
        }
        return spool;
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        try {
            return Long.parseLong(name.substring(0, name.length() - SEGMENT.length()));
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Adds a segment.
     *
     * @return false if the spool is as large as it may be
     * @throws IOException if it cannot be written, for example because the disk is full. Nothing is left of it
     */
    boolean add(Segment segment) throws IOException {
        byte[] content = SegmentCodec.encode(segment);
        if (octets.get() + content.length > maxOctets) {
            return false;
        }
        add(content);
        return true;
    }

    /** Adds what the journal of an earlier process has, even if the spool is as large as it may be. */
    void recover(Segment segment) throws IOException {
        add(SegmentCodec.encode(segment));
    }

    private void add(byte[] content) throws IOException {
        String name = String.format(Locale.ROOT, "%015d", next);
        Path temporary = directory.resolve(name + TEMPORARY);
        try {
            write(temporary, content);
            Files.move(temporary, directory.resolve(name + SEGMENT), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException error) {
            deleteQuietly(temporary);
            throw error;
        }
        next++;
        octets.addAndGet(content.length);
        segments.incrementAndGet();
        syncQuietly();
        steps.accept(CollectStep.RENAMED);
    }

    private void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            steps.accept(CollectStep.WRITTEN);
            channel.force(true);
            steps.accept(CollectStep.SYNCED);
        }
    }

    /** Brings the names of the files to the disk. */
    private void syncQuietly() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // The file has its name. If it were reported as missing, its counts would be written twice.
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException kept) {
            // The next start removes it.
        }
    }

    /** A segment and its file. */
    record Entry(Path file, long octets, Segment segment) {}

    /** What was found when the oldest segment was looked for. */
    record Oldest(Optional<Entry> entry, List<Path> damaged) {
        Oldest {
            damaged = List.copyOf(damaged);
        }
    }

    /** The oldest segment. Files that are none are renamed, so that they do not keep others back. */
    Oldest oldest() throws IOException {
        List<Path> damaged = new ArrayList<>();
        if (pending.isEmpty() && segments.get() > 0) {
            pending.addAll(files(SEGMENT));
        }
        for (Path file = pending.peek(); file != null; file = pending.peek()) {
            long size = sizeOf(file);
            Optional<Segment> segment = size < 0 || size > MAX_FILE || number(file) < 0
                    ? Optional.empty()
                    : SegmentCodec.decode(Files.readAllBytes(file));
            if (segment.isPresent()) {
                return new Oldest(Optional.of(new Entry(file, size, segment.get())), damaged);
            }
            Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            pending.remove();
            removed(Math.max(0, size));
            damaged.add(aside);
        }
        return new Oldest(Optional.empty(), damaged);
    }

    /** The size of a file, or -1 for a directory, a pipe and the like. */
    private static long sizeOf(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    /** Removes a segment that is in the store. */
    void remove(Entry entry) throws IOException {
        try {
            Files.delete(entry.file());
        } catch (NoSuchFileException gone) {
            // Somebody else has removed it.
        }
        pending.remove(entry.file());
        removed(entry.octets());
        steps.accept(CollectStep.DELETED);
    }

    private void removed(long size) {
        octets.addAndGet(-size);
        segments.decrementAndGet();
    }

    long octets() {
        return octets.get();
    }

    long segments() {
        return segments.get();
    }
}
