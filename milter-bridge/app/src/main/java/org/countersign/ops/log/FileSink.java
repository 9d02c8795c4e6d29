package org.countersign.ops.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.countersign.service.FileAccess;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file. Each line is written at once, so that none is lost with the program. The file is opened again
 * on request, and when its name leads to another file: logrotate renames it, and creates a new one.
 */
final class FileSink implements LogSink {
    private static final String MODE = "rw-r-----";
    /** How often the name of the file is checked, at most. */
    static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final Path file;
    private final Duration checkInterval;
    private volatile boolean reopen;

    // Used by the writing thread only.
    private @Nullable FileChannel channel;
    private String opened = "";
    private long checked;
    // Part of a line is in the file, because the disk was full in the middle of it.
    private boolean torn;

    FileSink(Path file, Duration checkInterval) {
        this.file = file;
        this.checkInterval = checkInterval;
    }

    @Override
    public Optional<String> write(String line) {
        try {
            FileChannel open = channel();
            ByteBuffer octets = ByteBuffer.wrap((torn ? "\n" + line : line).getBytes(StandardCharsets.US_ASCII));
            try {
                while (octets.hasRemaining()) {
                    open.write(octets);
                }
                torn = false;
            } catch (IOException failure) {
                torn |= octets.position() > 0;
                throw failure;
            }
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(file + " cannot be written: " + reason(failure));
        }
    }

    private FileChannel channel() throws IOException {
        FileChannel current = channel;
        if (current != null && isStale()) {
            close();
            current = null;
        }
        if (current == null) {
            current = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
            channel = current;
            checked = System.nanoTime();
            String here = identity();
            torn &= here.equals(opened);
            opened = here;
        }
        return current;
    }

    private boolean isStale() {
        if (reopen) {
            reopen = false;
            return true;
        }
        long now = System.nanoTime();
        if (now - checked < checkInterval.toNanos()) {
            return false;
        }
        checked = now;
        return !identity().equals(opened);
    }

    /** Device and inode of the file that has the name now. */
    private String identity() {
        try {
            return Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
        } catch (IOException missing) {
            return "";
        }
    }

    private String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return FileAccess.writeRefusal(file).orElse("permission denied");
        }
        String detail = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return detail == null ? failure.toString() : detail;
    }

    @Override
    public void reopen() {
        reopen = true;
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException lost) {
                // Every line was written when it came; closing adds nothing.
            }
        }
    }
}
