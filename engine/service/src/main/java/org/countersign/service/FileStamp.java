package org.countersign.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a file, to detect changes without reading it.
 *
 * @param state as text; equal for the same state, empty for a file that does not exist or cannot be examined
 */
record FileStamp(String state) {
    /** The current state of a file. */
    static FileStamp of(Path file) {
        try {
            BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
            PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            // Permissions and owners are included, because correcting them makes a refused key acceptable.
            String permissions = posix == null ? "" : permissions(posix.readAttributes());
            return new FileStamp(
                    basic.lastModifiedTime() + " " + basic.size() + " " + basic.fileKey() + " " + permissions);
        } catch (IOException notThere) {
            return new FileStamp("");
        }
    }

    private static String permissions(PosixFileAttributes attributes) {
        return attributes.permissions() + " " + attributes.owner() + " " + attributes.group();
    }

    static Map<Path, FileStamp> of(Collection<Path> files) {
        Map<Path, FileStamp> stamps = new LinkedHashMap<>();
        files.forEach(file -> stamps.put(file, of(file)));
        return stamps;
    }
}
