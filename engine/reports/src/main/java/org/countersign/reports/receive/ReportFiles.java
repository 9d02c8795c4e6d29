package org.countersign.reports.receive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.service.MboxReader;
import org.countersign.store.StoreFailure;
import org.countersign.syntax.Ascii;

/**
 * Takes files that the operator gives: reports, archives, messages, mbox files, Maildirs, and directories of them. Symbolic
 * links inside a directory are not followed.
 */
public final class ReportFiles {
    private static final int MAX_DEPTH = 32;
    private static final List<String> REPORT_NAMES = List.of(".xml", ".gz", ".zip", ".eml", ".mbox");

    private final ReportReceiver receiver;
    private final List<String> recipients;
    private final Progress progress;
    private final int maxSize;

    /** Follows the work. */
    public interface Progress {
        /**
         * A file was read.
         *
         * @param number the number of the message in an mbox file, from 1; 0 for other files
         */
        void read(Path file, int number, List<Outcome> outcomes);

        /** A file cannot be read. */
        void unreadable(Path file, IOException problem);

        /** A file in a directory is neither a report nor a message. */
        void passedOver(Path file);
    }

    /** @param recipients those of the envelope of each message, where they are known; those of the header are added */
    public ReportFiles(ReportReceiver receiver, ReceiveSettings settings, List<String> recipients, Progress progress) {
        this.receiver = receiver;
        this.recipients = List.copyOf(recipients);
        this.progress = progress;
        this.maxSize =
                Math.max(ReportReceiver.MAX_SIZE, settings.messageLimits().unpacked());
    }

    /**
     * Takes a file, or all files in a directory and below it.
     *
     * @throws StoreFailure if the store cannot be used; what was read before is in the store
     */
    public void receive(Path named) throws StoreFailure {
        if (!Files.isDirectory(named)) {
            file(named, true);
            return;
        }
        for (Path file : files(named)) {
            file(file, false);
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

    /**
     * @param named whether the operator has named the file, so that it should be a report
     */
    private void file(Path file, boolean named) throws StoreFailure {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(ContentKind.WINDOW);
            ContentKind kind = ContentKind.of(start);
            if (kind == ContentKind.MBOX) {
                mbox(file);
            } else if (named || isWanted(kind, file)) {
                progress.read(file, 0, receiver.file(file.toString(), rest(start, in), recipients));
            } else {
                progress.passedOver(file);
            }
        } catch (IOException problem) {
            progress.unreadable(file, problem);
        }
    }

    private static boolean isWanted(ContentKind kind, Path file) {
        String name = Ascii.lower(String.valueOf(file.getFileName()));
        return switch (kind) {
            case XML, GZIP, ZIP, MESSAGE -> true;
            case EMPTY, JSON, MBOX, OTHER -> REPORT_NAMES.stream().anyMatch(name::endsWith);
        };
    }

    private byte[] rest(byte[] start, InputStream in) throws IOException {
        byte[] more = in.readNBytes(maxSize + 1 - start.length);
        byte[] all = new byte[start.length + more.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return all;
    }

    private void mbox(Path file) throws IOException, StoreFailure {
        try (InputStream in = Files.newInputStream(file)) {
            MboxReader messages = new MboxReader(in, ReportReceiver.MAX_SIZE + 1, false);
            int number = 1;
            for (Optional<MboxReader.Message> message = messages.next();
                    message.isPresent();
                    message = messages.next()) {
                progress.read(
                        file, number, receiver.message(message.get().content(), recipients, ReportReceiver.Door.HAND));
                number++;
            }
        }
    }
}
