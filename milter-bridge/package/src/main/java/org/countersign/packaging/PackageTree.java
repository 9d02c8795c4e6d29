package org.countersign.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.countersign.cli.Main;
import org.countersign.cli.manual.ManualPage;

/**
 * Makes the tree of files as they are installed: program, Java runtime, configuration, units, manual pages.
 *
 * <p>Arguments:
 *
 * <ol>
 *   <li>The root of the sources.
 *   <li>The directory of the libraries.
 *   <li>The directory to make.
 *   <li>The version as Debian writes it.
 *   <li>The time that all files get, such as {@code 2026-11-23T00:00:00Z}.
 *   <li>The directory of the packages, which is emptied.
 * </ol>
 */
public final class PackageTree {
    private static final String PROGRAM = "usr/lib/countersign";
    private static final String DOCUMENTS = "usr/share/doc/countersign";
    private final Path sources;
    private final Path libraries;
    private final Path root;
    private final String version;
    private final Instant time;

    private PackageTree(Path sources, Path libraries, Path root, String version, Instant time) {
        this.sources = sources;
        this.libraries = libraries;
        this.root = root;
        this.version = version;
        this.time = time;
    }

    /** Makes the tree; what was there before is removed. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path root = Path.of(args[2]);
        new PackageTree(Path.of(args[0]), Path.of(args[1]), root, args[3], Instant.parse(args[4])).make();
        Path packages = Path.of(args[5]);
        remove(packages);
        Files.createDirectories(packages);
    }

    private void make() throws IOException, InterruptedException {
        remove(root);
        Path program = Files.createDirectories(root.resolve(PROGRAM));
        List<String> jars = new ProgramJars(libraries, program).copy();
        RuntimeImage.link(program.resolve("runtime"), root.resolve(DOCUMENTS).resolve("java"));
        launcher(jars);
        configuration();
        documents();
        manualPages();
        normalize();
        // The archive is valid only for files with these times.
        Path training = root.resolveSibling(root.getFileName() + ".training");
        remove(training);
        ClassArchive.make(program, jars, Files.createDirectories(training));
        normalize();
    }

    private void launcher(List<String> jars) throws IOException {
        String script = Files.readString(module("launcher/countersign"));
        write("usr/bin/countersign", script.replace("@JARS@", String.join(" ", jars)));
        copy("launcher/java.options", PROGRAM + "/java.options");
    }

    private void configuration() throws IOException {
        copy("etc/countersign.yaml", "etc/countersign/countersign.yaml");
        copy("etc/default", "etc/default/countersign");
        copy("etc/logrotate", "etc/logrotate.d/countersign");
        Files.createDirectories(root.resolve("etc/countersign/keys"));
        for (Path unit : list(module("systemd"))) {
            String name = unit.getFileName().toString();
            String target = name.equals("countersign.sysusers")
                    ? "usr/lib/sysusers.d/countersign.conf"
                    : "usr/lib/systemd/system/" + name;
            write(target, Files.readString(unit));
        }
    }

    private void documents() throws IOException {
        copy("deb/copyright", DOCUMENTS + "/copyright");
        copy("deb/README.Debian", DOCUMENTS + "/README.Debian");
        copy("etc/countersign.example.yaml", DOCUMENTS + "/examples/countersign.example.yaml");
        copy("deb/lintian-overrides", "usr/share/lintian/overrides/countersign");
        for (Path document : list(sources.resolve("docs"))) {
            String name = document.getFileName().toString();
            if (name.endsWith(".md") && !name.equals("README.md")) {
                compress(DOCUMENTS + "/" + name + ".gz", Files.readString(document));
            }
        }
        String date = DateTimeFormatter.RFC_1123_DATE_TIME
                .format(time.atOffset(ZoneOffset.UTC))
                .replace("GMT", "+0000");
        compress(
                DOCUMENTS + "/changelog.gz",
                Files.readString(module("deb/changelog"))
                        .replace("@VERSION@", version)
                        .replace("@DATE@", date));
    }

    private void manualPages() throws IOException {
        LocalDate date = time.atOffset(ZoneOffset.UTC).toLocalDate();
        for (ManualPage page : Main.manual()) {
            compress("usr/share/man/man" + page.section() + "/" + page.fileName() + ".gz", page.roff(version, date));
        }
        write("usr/share/bash-completion/completions/countersign", Main.bashCompletion());
    }

    private Path module(String name) {
        return sources.resolve("milter-bridge/package/src").resolve(name);
    }

    private void copy(String source, String target) throws IOException {
        write(target, Files.readString(module(source)));
    }

    private void write(String target, String text) throws IOException {
        Path file = root.resolve(target);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void compress(String target, String text) throws IOException {
        Path file = root.resolve(target);
        Files.createDirectories(file.getParent());
        Files.write(file, Gzip.compress(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Gives each file the mode and the time that it has in the packages. */
    private void normalize() throws IOException {
        for (Path path : walk(root)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode(path)));
            Files.setLastModifiedTime(path, FileTime.from(time));
        }
    }

    private String mode(Path path) {
        String name = root.relativize(path).toString();
        if (name.equals("etc/countersign/keys")) {
            return "rwxr-x---";
        }
        boolean executable = Files.isDirectory(path)
                || name.startsWith("usr/bin/")
                || name.startsWith(PROGRAM + "/runtime/bin/")
                || name.equals(PROGRAM + "/runtime/lib/jspawnhelper");
        return executable ? "rwxr-xr-x" : "rw-r--r--";
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** The files and directories below and including this one, each directory after its content. */
    private static List<Path> walk(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        }
    }

    static void remove(Path directory) throws IOException {
        if (Files.exists(directory)) {
            for (Path path : walk(directory)) {
                Files.delete(path);
            }
        }
    }
}
