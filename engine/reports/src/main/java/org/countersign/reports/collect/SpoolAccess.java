package org.countersign.reports.collect;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.service.FileAccess;
import org.jspecify.annotations.Nullable;

/**
 * The spool and the identity of the host, which the two threads share. A directory that cannot be opened is tried again, so
 * that a wrong owner keeps neither the service nor mail from working.
 */
final class SpoolAccess implements AutoCloseable {
    private final Path directory;
    private final long maxOctets;
    private final Consumer<CollectStep> steps;
    private final Consumer<Open> opened;
    private volatile @Nullable Open open;
    private volatile String problem = "";
    private @Nullable SpoolLock lock;

    /** What names a segment in the store. Its host keeps its number, although it may get another id meanwhile. */
    record SegmentName(String hostId, long sequence) {}

    /**
     * @param opened receives the directory once it is open
     */
    SpoolAccess(Path directory, long maxOctets, Consumer<CollectStep> steps, Consumer<Open> opened) {
        this.directory = directory;
        this.maxOctets = maxOctets;
        this.steps = steps;
        this.opened = opened;
    }

    /** The open directory. */
    static final class Open {
        private final Spool spool;
        private final Path directory;
        private final Journal journal;
        private final long recovered;
        private volatile HostIdentity host;
        // Used by the thread that counts.
        private Optional<SegmentName> growing = Optional.empty();
        // What an earlier process has left in the journal, as long as it is in no segment.
        private Optional<Segment> left;

        Open(Spool spool, Path directory, Journal journal, Optional<Segment> left, HostIdentity host) {
            this.spool = spool;
            this.directory = directory;
            this.journal = journal;
            this.left = left;
            this.recovered = left.map(Segment::messages).orElse(0L);
            this.host = host;
        }

        Journal journal() {
            return journal;
        }

        /** The messages that an earlier process had counted when it was killed. */
        long recovered() {
            return recovered;
        }

        /** The name of the segment that is made next. It stays the same until {@link #endSegment}. */
        SegmentName growing() {
            SegmentName name = growing.orElseGet(() -> new SegmentName(host.id(), HostIdentity.segmentNumber()));
            growing = Optional.of(name);
            return name;
        }

        /**
         * Makes a segment of what an earlier process has left in the journal. Without room on the disk the journal stays as it is. Meanwhile the
         * store takes what is in the spool, which makes room.
         *
         * @return whether the journal may be written
         */
        boolean recover() {
            if (left.isPresent()) {
                try {
                    spool.recover(left.get());
                    left = Optional.empty();
                    journal.remove();
                } catch (IOException full) {
                    // The next second tries again. A journal that cannot be removed is written over.
                }
            }
            return left.isEmpty();
        }

        /** The segment was made, or its counts are lost: what is counted now belongs to the next one. */
        void endSegment() throws IOException {
            growing = Optional.empty();
            if (left.isEmpty()) {
                journal.remove();
            }
        }

        Spool spool() {
            return spool;
        }

        HostIdentity host() {
            return host;
        }

        /** Takes another id, because another host uses this one. */
        HostIdentity renew() throws IOException {
            HostIdentity other = HostIdentity.create(directory);
            host = other;
            return other;
        }
    }

    /** Opens the directory unless it is open; empty if that is not possible. */
    synchronized Optional<Open> open() {
        Optional<Open> known = ifOpen();
        if (known.isPresent()) {
            return known;
        }
        try {
            Spool.create(directory);
            Optional<SpoolLock> taken = SpoolLock.take(directory);
            if (taken.isEmpty()) {
                problem = directory
                        + " is in use by another program or policy file on this host: give each a directory of"
                        + " its own (reports.spool)";
                return Optional.empty();
            }
            lock = taken.get();
            Spool spool = Spool.open(directory, maxOctets, steps);
            Journal journal = new Journal(directory, steps);
            Open now = new Open(spool, directory, journal, journal.read(), HostIdentity.load(directory));
            open = now;
            opened.accept(now);
            return Optional.of(now);
        } catch (IOException error) {
            close();
            problem = directory + " cannot be used: " + reason(error, directory);
            return Optional.empty();
        }
    }

    /** What is wrong with a directory or a file in it, and the remedy. Files that a run of root has left have another owner. */
    static String reason(IOException error, Path directory) {
        Path file = error instanceof AccessDeniedException denied ? Path.of(denied.getFile()) : directory;
        return FileAccess.writeRefusal(file)
                .orElseGet(() -> error
                        + (Files.isDirectory(directory)
                                ? ": check its disk and its owner"
                                : ": create it, owned by the user of the service (install -d -o countersign -g"
                                        + " countersign -m 0750 " + directory + ")"));
    }

    /** The directory if it is open. */
    Optional<Open> ifOpen() {
        return Optional.ofNullable(open);
    }

    /** Why the directory could not be opened. */
    String problem() {
        return problem;
    }

    Path directory() {
        return directory;
    }

    /** Lets another program have the directory. */
    @Override
    public synchronized void close() {
        Optional.ofNullable(lock).ifPresent(SpoolLock::close);
        lock = null;
    }
}
