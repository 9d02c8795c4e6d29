package org.countersign.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The jars as they are installed. Native libraries become files of their own, so that the program need not unpack them at
 * each start, and those for other systems are omitted.
 *
 * <p>Signature files of jars are omitted: classes of a signed jar are never in the class archive, and their signatures would
 * be checked at each start. The package manager protects the files instead.
 *
 * <p>The entries are not compressed: the packages are, and become a quarter smaller. The data of ICU about languages is
 * omitted: the program only converts domain names to A-labels.
 */
final class ProgramJars {
    private static final String PLATFORM = "Linux/x86_64/";
    private static final String ICU_DATA = "com/ibm/icu/impl/data/icudata/";
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final Path libraries;
    private final Path jars;
    private final Path natives;

    /**
     * @param libraries the directory of the jars as they are published
     * @param program the directory that gets {@code lib} and {@code native}
     */
    ProgramJars(Path libraries, Path program) {
        this.libraries = libraries;
        this.jars = program.resolve("lib");
        this.natives = program.resolve("native");
    }

    /** Copies the jars; returns their names in the order of the class path. */
    List<String> copy() throws IOException {
        Files.createDirectories(jars);
        Files.createDirectories(natives);
        List<Path> sources;
        try (Stream<Path> files = Files.list(libraries)) {
            sources = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
        List<String> names = new ArrayList<>();
        for (Path source : sources) {
            names.add(source.getFileName().toString());
            copy(source);
        }
        return names;
    }

    private void copy(Path source) throws IOException {
        try (ZipFile from = new ZipFile(source.toFile());
                OutputStream file = Files.newOutputStream(jars.resolve(source.getFileName()));
                ZipOutputStream to = new ZipOutputStream(file)) {
            List<? extends ZipEntry> entries = from.stream()
                    .filter(entry ->
                            !entry.isDirectory() && !isSignature(entry.getName()) && !isLanguageData(entry.getName()))
                    .sorted(Comparator.<ZipEntry>comparingInt(ProgramJars::order)
                            .thenComparing(ZipEntry::getName))
                    .toList();
            for (ZipEntry entry : entries) {
                try (InputStream content = from.getInputStream(entry)) {
                    copy(entry.getName(), content, to);
                }
            }
        }
    }

    private void copy(String name, InputStream content, ZipOutputStream to) throws IOException {
        if (isNative(name)) {
            if (isForPlatform(name)) {
                Files.copy(content, natives.resolve(name.substring(name.lastIndexOf('/') + 1)));
            }
            return;
        }
        byte[] octets = content.readAllBytes();
        CRC32 checksum = new CRC32();
        checksum.update(octets);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(ENTRY_TIME);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(octets.length);
        entry.setCrc(checksum.getValue());
        to.putNextEntry(entry);
        to.write(octets);
        to.closeEntry();
    }

    /** The manifest is the first entry of a jar. */
    private static int order(ZipEntry entry) {
        return entry.getName().equals("META-INF/MANIFEST.MF") ? 0 : 1;
    }

    private static boolean isSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("META-INF/")
                && upper.indexOf('/', "META-INF/".length()) < 0
                && Stream.of(".SF", ".RSA", ".DSA", ".EC").anyMatch(upper::endsWith);
    }

    private static boolean isLanguageData(String name) {
        return name.startsWith(ICU_DATA)
                && (Stream.of(".res", ".spp", ".cfu").anyMatch(name::endsWith)
                        || Stream.of("brkitr/", "coll/").anyMatch(name.substring(ICU_DATA.length())::startsWith));
    }

    private static boolean isNative(String name) {
        return Stream.of(".so", ".dll", ".dylib", ".jnilib", ".a").anyMatch(name::endsWith);
    }

    private static boolean isForPlatform(String name) {
        return name.startsWith("org/sqlite/native/")
                ? name.startsWith("org/sqlite/native/" + PLATFORM)
                : name.endsWith(".so");
    }
}
