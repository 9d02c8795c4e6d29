package org.countersign.archive;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;

/**
 * The files of an archive, in the order of their names. A directory is a Maildir if it has {@code cur} and {@code new};
 * other directories are searched only if that is wanted. Symbolic links are followed where the user names them, and not
 * inside directories.
 */
final class ArchiveFiles {
    static final int MAX_FILES = 2_000_000;
    private static final int MAX_DEPTH = 32;

    private final boolean recursive;
    private final List<Path> files = new ArrayList<>();
    private final List<FileFailure> failures = new ArrayList<>();

    ArchiveFiles(boolean recursive) {
        this.recursive = recursive;
    }

    List<Path> files() {
        return files;
    }

    /** The directories that could not be read. */
    List<FileFailure> failures() {
        return failures;
    }

    /**
     * Adds a file or a directory that the user has named.
     *
     * @throws FileFailure for a directory that is no Maildir, unless directories are to be searched
     */
    void add(Path named) throws FileFailure {
        if (!Files.isDirectory(named)) {
            files.add(named);
        } else if (isMaildir(named)) {
            maildir(named, 0);
        } else if (recursive) {
            search(named, 0);
        } else {
            throw HostFiles.directory(
                    named.toString(), "it is no Maildir: add --recursive to read all files in it and below it");
        }
    }

    private static boolean isMaildir(Path directory) {
        return Files.isDirectory(directory.resolve("cur")) && Files.isDirectory(directory.resolve("new"));
    }

    private void maildir(Path directory, int depth) throws FileFailure {
        for (String part : List.of("cur", "new")) {
            for (Path file : children(directory.resolve(part))) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isHidden(file)) {
                    addFile(file);
                }
            }
        }
        if (recursive) {
            // The folders of Maildir++ are directories whose names begin with a dot.
            for (Path child : children(directory)) {
                boolean own = List.of("cur", "new", "tmp").contains(String.valueOf(child.getFileName()));
                if (!own && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    directory(child, depth + 1);
                }
            }
        }
    }

    private void directory(Path directory, int depth) throws FileFailure {
        if (depth > MAX_DEPTH) {
            failures.add(
                    HostFiles.directory(directory.toString(), "it is more than " + MAX_DEPTH + " directories deep"));
        } else if (isMaildir(directory)) {
            maildir(directory, depth);
        } else {
            search(directory, depth);
        }
    }

    private void search(Path directory, int depth) throws FileFailure {
        for (Path child : children(directory)) {
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                directory(child, depth + 1);
            } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS) && !isHidden(child)) {
                addFile(child);
            }
        }
    }

    private void addFile(Path file) throws FileFailure {
        if (files.size() == MAX_FILES) {
            throw HostFiles.directory(
                    String.valueOf(file.getParent()),
                    "there are more than " + MAX_FILES + " files: name a part of them");
        }
        files.add(file);
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }

    private List<Path> children(Path directory) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(children::add);
        } catch (DirectoryIteratorException unreadable) {
            failures.add(HostFiles.failure(new IOException(unreadable.getMessage(), unreadable), directory.toString()));
        } catch (IOException unreadable) {
            failures.add(HostFiles.failure(unreadable, directory.toString()));
        }
        Collections.sort(children);
        return children;
    }
}
