package org.countersign.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in the packages. */
class PackageContentsIT {
    @TempDir
    private Path temp;

    @Test
    void lintianFindsNothing() throws Exception {
        MtaTools.assumeInstalled("lintian");
        BuiltPackages.Result result = BuiltPackages.run(
                List.of(
                        "lintian",
                        "--allow-root",
                        "--tag-display-limit",
                        "0",
                        "--fail-on",
                        "error,warning",
                        BuiltPackages.DEBIAN.toString()),
                Map.of());
        assertThat(result.output()).isEmpty();
        assertThat(result.status()).isZero();
    }

    @Test
    void theArchiveHasTheFilesOfTheDebianPackage() throws Exception {
        MtaTools.assumeInstalled("dpkg-deb", "tar");
        List<String> archive = entries(
                BuiltPackages.succeed(
                        List.of("tar", "--list", "--verbose", "--file", BuiltPackages.ARCHIVE.toString())),
                "countersign-" + BuiltPackages.VERSION + "/");
        List<String> debian = entries(
                BuiltPackages.succeed(List.of("dpkg-deb", "--contents", BuiltPackages.DEBIAN.toString())), "./");
        assertThat(archive).containsExactlyInAnyOrderElementsOf(debian).hasSizeGreaterThan(100);
        assertThat(debian)
                .contains(
                        "drwxr-x--- root/root etc/countersign/keys/",
                        "-rw-r--r-- root/root etc/countersign/countersign.yaml",
                        "-rwxr-xr-x root/root usr/bin/countersign",
                        "-rw-r--r-- root/root usr/lib/systemd/system/countersign.service",
                        "-rw-r--r-- root/root usr/share/doc/countersign/troubleshooting.md.gz",
                        "-rw-r--r-- root/root usr/share/man/man1/countersign-serve.1.gz",
                        "-rw-r--r-- root/root usr/share/man/man5/countersign.yaml.5.gz");
    }

    /** Mode, owner and name of each entry; the size and the time are left out, since a directory has no size. */
    private static List<String> entries(String listing, String prefix) {
        List<String> entries = new ArrayList<>();
        for (String line : listing.lines().toList()) {
            String[] words = line.split(" +", 6);
            entries.add(words[0] + " " + words[1] + " " + words[5].substring(prefix.length()));
        }
        return entries;
    }

    /** Another time in a file would make each build another package, and the class archive invalid. */
    @Test
    void allFilesHaveTheTimeOfTheSources() throws Exception {
        Instant time = Instant.parse(System.getProperty("countersign.package.timestamp"));
        try (Stream<Path> files = Files.walk(BuiltPackages.TREE)) {
            assertThat(files)
                    .allSatisfy(
                            file -> assertThat(Files.getLastModifiedTime(file).toInstant())
                                    .isEqualTo(time));
        }
    }

    @Test
    void onlyNativeLibrariesOfThisPlatformAreThereAndAsFiles() throws Exception {
        MtaTools.assumeInstalled("unzip");
        Path program = BuiltPackages.TREE.resolve("usr/lib/countersign");
        assertThat(program.resolve("native"))
                .isDirectoryContaining("glob:**/libsqlitejdbc.so")
                .isDirectoryContaining("glob:**/libamazonCorrettoCryptoProvider.so");
        try (Stream<Path> jars = Files.list(program.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                assertThat(BuiltPackages.succeed(List.of("unzip", "-Z1", jar.toString()))
                                .lines())
                        .as(jar.toString())
                        .isNotEmpty()
                        .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib|a)"))
                        .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)"));
            }
        }
    }

    @Test
    void everyCommandHasAManualPageThatGroffAccepts() throws Exception {
        MtaTools.assumeInstalled("groff", "lexgrog");
        Path pages = BuiltPackages.TREE.resolve("usr/share/man/man1");
        List<Path> all;
        try (Stream<Path> files = Files.list(pages)) {
            all = files.toList();
        }
        assertThat(all)
                .extracting(page -> page.getFileName().toString())
                .contains("countersign.1.gz", "countersign-check.1.gz", "countersign-policy-test.1.gz");
        for (Path page : all) {
            Path text = Files.writeString(temp.resolve(page.getFileName() + ".txt"), uncompressed(page));
            assertThat(BuiltPackages.succeed(List.of("groff", "-man", "-Tutf8", "-ww", "-z", text.toString())))
                    .isEmpty();
            String name = page.getFileName().toString().replace(".1.gz", "");
            assertThat(BuiltPackages.succeed(List.of("lexgrog", text.toString())))
                    .contains("\"" + name + " - ");
        }
        assertThat(uncompressed(pages.resolve("countersign-serve.1.gz")))
                .contains(".SH SYNOPSIS", "\\fB\\-\\-config\\fR", "/etc/countersign/countersign.yaml");
    }

    private static String uncompressed(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theShellCompletesCommandsAndOptions() throws Exception {
        MtaTools.assumeInstalled("bash");
        Path script = BuiltPackages.TREE.resolve("usr/share/bash-completion/completions/countersign");
        String completed = BuiltPackages.succeed(List.of("bash", "-c", """
                compopt() { :; }
                source "$1"
                COMP_WORDS=(countersign repo) COMP_CWORD=1
                _complete_countersign countersign repo countersign
                echo "${COMPREPLY[@]}"
                COMP_WORDS=(countersign key act) COMP_CWORD=2
                _complete_countersign countersign act key
                echo "${COMPREPLY[@]}"
                COMP_WORDS=(countersign serve --con) COMP_CWORD=2
                _complete_countersign countersign --con serve
                echo "${COMPREPLY[@]}"
                """, "bash", script.toString()));
        assertThat(completed.lines())
                .satisfiesExactly(
                        commands -> assertThat(commands).contains("reports"),
                        subcommands -> assertThat(subcommands).contains("activate"),
                        options -> assertThat(options).contains("--config"));
    }
}
