package org.countersign.reports.collect;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps a second program out of a spool, such as the service of a milter and an Apache James on one host. Each would write over
 * the segments of the other. The operating system gives the lock back when the process ends.
 */
final class SpoolLock implements AutoCloseable {
    private static final String FILE = "lock";

    private final FileChannel channel;

    private SpoolLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of an existing directory; empty if another program, or another part of this one, has it. */
    static Optional<SpoolLock> take(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = Optional.ofNullable(channel.tryLock());
            return lock.map(taken -> new SpoolLock(channel));
        } catch (OverlappingFileLockException other) {
            return Optional.empty();
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The system gives the lock back with the process.
        }
    }
}
