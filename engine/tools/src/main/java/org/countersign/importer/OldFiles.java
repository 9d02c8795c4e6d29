package org.countersign.importer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;

/** The files of the old system, which may lie below a directory of this one. Reading is bounded. */
final class OldFiles {
    /** The size of the largest file that is read, in octets. */
    static final int MAX_SIZE = 32 << 20;

    /** What some editors write at the beginning of a file. */
    static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Said of a word with that mark before it. */
    static final String BEHIND_BYTE_ORDER_MARK =
            "The file begins with a byte order mark (EF BB BF), which is part of the first word";

    private static final int MAX_LISTED = 200_000;

    private final Optional<Path> root;

    /**
     * @param root the directory that stands for {@code /} of the old system
     */
    OldFiles(Optional<Path> root) {
        this.root = root.map(path -> path.toAbsolutePath().normalize());
    }

    /** A line of a file. */
    record Line(String text, Origin origin) {}

    /** Where a file of the old system is on this one. */
    Path here(String name) throws FileFailure {
        try {
            return name.startsWith("/") && root.isPresent()
                    ? root.get().resolve(name.substring(1)).normalize()
                    : Path.of(name).toAbsolutePath().normalize();
        } catch (InvalidPathException invalid) {
            throw new FileFailure(FileFailure.Reason.INVALID, SecretFreeText.of(name) + " is not the name of a file");
        }
    }

    /** The name that a file of this system has on the old one. */
    String there(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return root.filter(absolute::startsWith)
                .map(path -> "/" + path.relativize(absolute))
                .orElse(absolute.toString());
    }

    /** The file that the user named on the command line: below the root if it is there, or else of this system. */
    Path named(Path file) {
        if (root.isEmpty()) {
            return file;
        }
        String name = file.toString();
        Path below = root.get().resolve(name.startsWith("/") ? name.substring(1) : name);
        return Files.exists(below) ? below : file;
    }

    boolean exists(String name) throws FileFailure {
        return Files.isRegularFile(here(name));
    }

    /** The lines of a file of the old system. A line end may be CR LF. */
    List<Line> lines(String name) throws FileFailure {
        return lines(here(name), name);
    }

    /**
     * The lines of a file of this system.
     *
     * @param name under which they are reported
     */
    List<Line> lines(Path file, String name) throws FileFailure {
        Octets text = HostFiles.read(file, file.toString(), MAX_SIZE);
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) text.utf8().lines()::iterator) {
            lines.add(new Line(line, new Origin(name, ++number)));
        }
        return lines;
    }

    /** The whole text of a file of this system. */
    String text(Path file) throws FileFailure {
        return new String(HostFiles.read(file, file.toString(), MAX_SIZE).toByteArray(), StandardCharsets.UTF_8);
    }

    /** The names in a directory of the old system; none where it cannot be read. */
    List<String> list(String directory) throws FileFailure {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(here(directory))) {
            for (Path entry : entries) {
                if (names.size() < MAX_LISTED) {
                    names.add(entry.getFileName().toString());
                }
            }
        } catch (IOException unreadable) {
            return List.of();
        }
        names.sort(String::compareTo);
        return names;
    }
}
