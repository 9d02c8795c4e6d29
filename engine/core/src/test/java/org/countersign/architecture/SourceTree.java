package org.countersign.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Java files of all modules, found from the checkout that the build runs in. */
final class SourceTree {
    private SourceTree() {}

    static Path root() {
        String root = System.getProperty("countersign.root");
        if (root == null) {
            throw new IllegalStateException("the build sets countersign.root; in an IDE set it to the checkout");
        }
        return Path.of(root);
    }

    static List<Path> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !root().relativize(file).toString().contains("target"))
                    .sorted()
                    .toList();
        }
    }

    /** The templates of pages. */
    static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".jte"))
                    .sorted()
                    .toList();
        }
    }

    /** What people read in addition to the program: README files and documents, without decisions and history. */
    static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !root().relativize(file).toString().contains("target"))
                    .filter(file -> !file.toString().contains("/adr/"))
                    .filter(file -> !file.endsWith("CHANGELOG.md"))
                    .sorted()
                    .toList();
        }
    }
}
