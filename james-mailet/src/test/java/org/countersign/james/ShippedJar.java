package org.countersign.james;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/** The content of a jar, and the classes it needs. */
record ShippedJar(Path file) {
    private static final Pattern MISSING = Pattern.compile(" -> (\\S+) +(not found|JDK removed internal API)");

    /** The names of its files. */
    List<String> entries() throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }

    /** The packages of its classes. */
    Set<String> packages() throws IOException {
        return entries().stream()
                .filter(name -> name.endsWith(".class") && name.contains("/") && !name.startsWith("META-INF/"))
                .map(name -> name.substring(0, name.lastIndexOf('/')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The classes that contain one of these names of a class or a resource, except inside a longer text. */
    List<String> classesThatName(Collection<String> names) throws IOException {
        Pattern named = Pattern.compile(
                names.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?<![ \"])(?<! /)(", ")")));
        List<String> found = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (ZipEntry entry : jar.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    String octets = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                    if (named.matcher(octets).find()) {
                        found.add(entry.getName());
                    }
                }
            }
        }
        return found;
    }

    /** The classes that it uses and that are missing in it, in the JDK and in these jars. */
    Set<String> missing(Collection<Path> others) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
        ToolProvider.findFirst("jdeps")
                .orElseThrow(() -> new AssertionError("this JDK has no jdeps"))
                .run(
                        lines,
                        lines,
                        "--multi-release",
                        "base",
                        "--missing-deps",
                        "-cp",
                        others.stream().map(Path::toString).collect(Collectors.joining(":")),
                        file.toString());
        return MISSING.matcher(out.toString(StandardCharsets.UTF_8))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
