package org.countersign.postfix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a {@link PostfixInstance}. Its name has the mark of the gate ({@code .ci/run}) and the process of the
 * tests, so that the gate and later tests know whose Postfix still runs after tests were interrupted.
 */
record PostfixDirectory(Path path) {
    private static final String PREFIX = "countersign-postfix-";

    /** Makes a directory of this process. */
    static PostfixDirectory create() throws IOException {
        String gate = Optional.ofNullable(System.getenv("COUNTERSIGN_GATE")).orElse("none");
        return new PostfixDirectory(Files.createTempDirectory(
                PREFIX + gate + "-" + ProcessHandle.current().pid() + "-"));
    }

    /** Ends what processes that no longer exist have left in a directory for temporary files, and deletes it. */
    static void cleanUp(Path temporary) throws IOException {
        for (Path path : entries(temporary)) {
            PostfixDirectory directory = new PostfixDirectory(path);
            if (directory.isAbandoned()) {
                directory.endProcesses();
                directory.delete();
            }
        }
    }

    /** Whether the process that made it no longer exists. */
    private boolean isAbandoned() {
        String name = String.valueOf(path.getFileName());
        String[] parts = name.split("-", -1);
        return name.startsWith(PREFIX)
                && parts.length > 3
                && parts[parts.length - 2].matches("[0-9]{1,9}")
                && ProcessHandle.of(Long.parseLong(parts[parts.length - 2])).isEmpty();
    }

    /** All processes of Postfix work in its queue directory. */
    List<Long> processes() throws IOException {
        Path queue = path.toRealPath().resolve("queue");
        List<Long> found = new ArrayList<>();
        for (Path entry : entries(Path.of("/proc"))) {
            String pid = String.valueOf(entry.getFileName());
            if (Character.isDigit(pid.charAt(0)) && worksIn(entry, queue)) {
                found.add(Long.valueOf(pid));
            }
        }
        return List.copyOf(found);
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static boolean worksIn(Path process, Path queue) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(queue);
        } catch (IOException gone) {
            // The process has ended, or is a zombie, which has no directory.
            return false;
        }
    }

    /** Kills its processes, without a wait. */
    void endProcesses() throws IOException {
        processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** Deletes it with all files. Another process may do the same. */
    void delete() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException | UncheckedIOException deletedByAnother) {
            Files.deleteIfExists(path);
        }
    }
}
