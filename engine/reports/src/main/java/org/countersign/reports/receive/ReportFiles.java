package org.countersign.reports.receive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.receive.ReportReceiver.Note;
import org.countersign.service.MboxReader;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * Takes files that the operator gives: reports, archives, messages, mbox files, Maildirs, and directories of them. An archive with an
 * mbox file or many members is read like a directory. Symbolic links inside a directory are not followed. A file that ended the
 * process is read last by the next one, and is left aside after three attempts. For one thread.
 */
public final class ReportFiles {
    /** What to do if a file needs more memory than there is. */
    public static final String WITH_MORE_MEMORY = "try it with a larger heap, such as COUNTERSIGN_JAVA_OPTS=-Xmx512m";

    private static final int MAX_DEPTH = 32;
    private static final int MAX_SHOWN = 200;
    private static final List<String> REPORT_NAMES = List.of(".xml", ".gz", ".zip", ".eml", ".mbox");

    private final ReportReceiver receiver;
    private final List<String> recipients;
    private final Progress progress;
    private final InstantSource clock;
    private final FileAttempts attempts;
    private final int maxSize;
    private final ReceiveLimits limits;

    /** Follows the work. */
    public interface Progress {
        /**
         * A file was read.
         *
         * @param name the file, and behind a colon the member if it is an archive of mail; printable
         * @param number the number of the message in an mbox file, from 1; 0 for other files
         */
        void read(String name, int number, List<Outcome> outcomes);

        /** A file cannot be read. */
        void unreadable(Path file, IOException problem);

        /**
         * A file, or a message of an mbox file, was not read.
         *
         * @param name as above
         * @param number the number of the message in an mbox file, from 1; 0 for other files
         * @param problem why, and what to do
         */
        void failed(String name, int number, String problem);

        /** An earlier process has ended while it read a file, which is therefore read after the others. */
        void readLast(Path file);

        /** A file in a directory or in an archive of mail is neither a report nor a message. */
        void passedOver(Path file);
    }

    /** @param recipients those of the envelope of each message, where they are known; those of the header are added */
    public ReportFiles(
            ReportReceiver receiver,
            ReceiveSettings settings,
            List<String> recipients,
            Progress progress,
            InstantSource clock) {
        this(
                receiver,
                settings,
                recipients,
                progress,
                clock,
                Runtime.getRuntime().maxMemory());
    }

    ReportFiles(
            ReportReceiver receiver,
            ReceiveSettings settings,
            List<String> recipients,
            Progress progress,
            InstantSource clock,
            long heap) {
        this.receiver = receiver;
        this.recipients = List.copyOf(recipients);
        this.progress = progress;
        this.clock = clock;
        this.attempts = new FileAttempts(heap);
        this.limits = settings.messageLimits();
        this.maxSize = Math.max(ReportReceiver.MAX_SIZE, limits.unpacked());
    }

    /** @param named whether the operator has named the file, so that it should be a report */
    private record Candidate(Path file, boolean named) {}

    /**
     * Takes files, and all files in directories and below them.
     *
     * @throws StoreFailure if the store cannot be used; what was read before is in the store
     */
    public void receive(List<Path> named) throws StoreFailure {
        List<Candidate> all = new ArrayList<>();
        for (Path each : named) {
            if (Files.isDirectory(each)) {
                files(each).forEach(file -> all.add(new Candidate(file, false)));
            } else {
                all.add(new Candidate(each, true));
            }
        }
        inStore(store -> attempts.load(store, now()));
        List<Candidate> last = new ArrayList<>();
        for (Candidate each : all) {
            if (attempts.hasBegun(name(each.file()))) {
                last.add(each);
            } else {
                take(each);
            }
        }
        for (Candidate each : last) {
            progress.readLast(each.file());
            take(each);
        }
    }

    private List<Path> files(Path directory) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(directory, Set.of(), MAX_DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    // Messages in tmp are not delivered yet (Maildir).
                    boolean incomplete = visited.endsWith("tmp") && Files.isDirectory(visited.resolveSibling("cur"));
                    return incomplete ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.add(visited);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path visited, IOException problem) {
                    progress.unreadable(visited, problem);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException problem) {
            progress.unreadable(directory, problem);
        }
        files.sort(null);
        return files;
    }

    private void take(Candidate candidate) throws StoreFailure {
        Path file = candidate.file();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(ContentKind.WINDOW);
            ContentKind kind = ContentKind.of(start);
            MailArchive archive = new MailArchive(file, limits);
            if (kind == ContentKind.MBOX) {
                try (InputStream messages = Files.newInputStream(file)) {
                    mbox(new Item(file, ""), messages);
                }
            } else if (archive.isReadByMember(start)) {
                archive.read(start, (member, content, octets) -> member(new Item(file, member), content, octets));
            } else if (candidate.named() || isWanted(kind, String.valueOf(file.getFileName()))) {
                attempt(
                        new Item(file, ""),
                        0,
                        Files.size(file),
                        note -> receiver.file(file.toString(), rest(start, in), recipients, note));
            } else {
                progress.passedOver(file);
            }
        } catch (IOException problem) {
            progress.unreadable(file, problem);
        } catch (OutOfMemoryError full) {
            progress.failed(new Item(file, "").label(), 0, "there is not enough memory: " + WITH_MORE_MEMORY);
        }
    }

    /**
     * A file, or a member of an archive of mail.
     *
     * @param member its name, printable; empty for a file, and in a gzip file
     */
    private record Item(Path file, String member) {
        /** Its name for people, printable. */
        String label() {
            String name = Escapes.printable(file.toString());
            return member.isEmpty() ? name : name + ": " + member;
        }

        /** What its names in the store begin with. */
        String key() {
            return name(file) + (member.isEmpty() ? "" : member + " ");
        }
    }

    private void member(Item item, ContentKind kind, InputStream content) throws IOException, StoreFailure {
        if (kind == ContentKind.MBOX) {
            mbox(item, content);
        } else if (isWanted(kind, item.member())) {
            byte[] octets = rest(new byte[0], content);
            attempt(item, 0, octets.length, note -> receiver.file(item.label(), octets, recipients, note));
        } else {
            progress.passedOver(item.file());
        }
    }

    private static boolean isWanted(ContentKind kind, String name) {
        return switch (kind) {
            case XML, GZIP, ZIP, OTHER_ARCHIVE, MESSAGE -> true;
            case EMPTY, JSON, MBOX, OTHER -> REPORT_NAMES.stream().anyMatch(Ascii.lower(name)::endsWith);
        };
    }

    private byte[] rest(byte[] start, InputStream in) throws IOException {
        byte[] more = in.readNBytes(maxSize + 1 - start.length);
        byte[] all = new byte[start.length + more.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return all;
    }

    private void mbox(Item item, InputStream in) throws IOException, StoreFailure {
        MboxReader messages = new MboxReader(in, ReportReceiver.MAX_SIZE + 1, false);
        int number = 1;
        for (Optional<MboxReader.Message> message = messages.next(); message.isPresent(); message = messages.next()) {
            byte[] content = message.get().content();
            attempt(item, number, content.length, note -> receiver.message(content, recipients, Door.HAND, note));
            number++;
        }
    }

    /** Reads and stores something. */
    private interface Reading {
        /** @param note to be written in the transaction with what was read */
        List<Outcome> read(Note note) throws IOException, StoreFailure;
    }

    /**
     * Reads a file, or a message of an mbox file.
     *
     * @param number as in {@link Progress#read}
     * @param octets its size: with another one it is another message
     */
    private void attempt(Item item, int number, long octets, Reading reading) throws IOException, StoreFailure {
        String name = item.key() + number + " " + octets;
        if (attempts.number(name) >= FileAttempts.MAX) {
            progress.failed(
                    item.label(),
                    number,
                    FileAttempts.MAX + " runs ended while they read it, so it is left aside: " + WITH_MORE_MEMORY);
            return;
        }
        begin(name);
        try {
            progress.read(item.label(), number, reading.read(store -> attempts.end(store, name)));
        } catch (IOException | StoreFailure failure) {
            goOn(name);
            throw failure;
        } catch (OutOfMemoryError full) {
            goOn(name);
            progress.failed(item.label(), number, "there is not enough memory: " + WITH_MORE_MEMORY);
        } catch (RuntimeException | StackOverflowError | LinkageError error) {
            // An error of this program must not keep other files from being read.
            goOn(name);
            progress.failed(
                    item.label(),
                    number,
                    "internal error, please report it: " + Escapes.printable(error.toString(), MAX_SHOWN));
        }
    }

    /** Notes an attempt, for the next process: no report is lost if a loss of power takes the note. */
    private void begin(String name) throws StoreFailure {
        inStore(ReceivedTables::makeFast);
        inStore(store -> attempts.begin(store, name, now()));
        inStore(ReceivedTables::makeDurable);
    }

    /** Nothing was stored, and the process has not ended. */
    private void goOn(String name) {
        // What was begun in the store is undone.
        receiver.close();
        try {
            inStore(store -> attempts.end(store, name));
        } catch (StoreFailure away) {
            // It counts as an attempt.
        }
    }

    /** What the names of a file and of its messages begin with in the store. */
    private static String name(Path file) {
        return Escapes.printable(file.toAbsolutePath().toString()) + " ";
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /** A statement or more. */
    private interface Work {
        void run(Store store) throws SQLException;
    }

    private void inStore(Work work) throws StoreFailure {
        Store store = receiver.store();
        try {
            work.run(store);
            store.commit();
        } catch (SQLException error) {
            store.rollback();
            receiver.close();
            throw store.failure(error);
        }
    }
}
