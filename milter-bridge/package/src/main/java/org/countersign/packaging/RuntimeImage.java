package org.countersign.packaging;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/** The private Java runtime of the packages: the modules that the program uses, and those for its operation. */
final class RuntimeImage {
    private static final List<String> MODULES = List.of(
            "java.base",
            "java.logging",
            "java.management",
            "java.naming",
            "java.sql",
            "jdk.httpserver",
            "jdk.management",
            "jdk.net",
            // Without it the program takes the machine for one without users, and checks no permissions of key files.
            "jdk.security.auth",
            "jdk.unsupported",
            // For the client of Kafka, which an administrator may add.
            "java.security.jgss",
            "java.security.sasl",
            // jcmd and the flight recorder, to look into a running service.
            "jdk.attach",
            "jdk.jcmd",
            "jdk.jfr");

    private RuntimeImage() {}

    /**
     * Links the runtime.
     *
     * @param directory the directory to make
     * @param licences where its licences go
     */
    static void link(Path directory, Path licences) throws IOException {
        StringWriter messages = new StringWriter();
        PrintWriter writer = new PrintWriter(messages);
        ToolProvider jlink =
                ToolProvider.findFirst("jlink").orElseThrow(() -> new IOException("this JDK has no jlink"));
        int status = jlink.run(
                writer,
                writer,
                "--output",
                directory.toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--dedup-legal-notices=error-if-not-same-content");
        if (status != 0) {
            throw new IOException("jlink failed: " + messages);
        }
        // A list from which class archives are made; the package has its archive.
        Files.deleteIfExists(directory.resolve("lib/classlist"));
        Files.createDirectories(licences.getParent());
        Files.move(directory.resolve("legal"), licences);
    }
}
