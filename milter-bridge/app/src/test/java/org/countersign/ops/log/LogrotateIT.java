package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.countersign.postfix.MtaTools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Log files with a real logrotate, which runs the file of the package, and on a disk that is full. */
@Timeout(240)
class LogrotateIT {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."));

    @TempDir
    private Path temp;

    @BeforeEach
    void needsRoot() throws IOException {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "needs root");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void theFileOfThePackageRotatesWithoutLosingALine() throws Exception {
        MtaTools.assumeInstalled("logrotate");
        String packaged = Files.readString(ROOT.resolve("milter-bridge/package/src/etc/logrotate"));
        assertThat(Files.readString(ROOT.resolve("docs/log.md")))
                .contains(packaged.substring(packaged.indexOf("/var/log/")));
        // The user "countersign" exists only where the package is installed.
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path folder = Files.createDirectory(temp.resolve("logs"));
        run("chown", "nobody", folder.toString());
        Path configuration = Files.writeString(
                temp.resolve("logrotate.conf"),
                packaged.replace("/var/log/countersign", folder.toString()).replace("countersign adm", "nobody adm"));
        Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-r--r--"));
        Path file = folder.resolve("countersign.log");
        FileSink sink = new FileSink(file, Duration.ZERO);
        for (int rotation = 1; rotation <= 3; rotation++) {
            assertThat(sink.write("line " + rotation + "\n")).isEmpty();
            run("chown", "nobody:adm", file.toString());
            run("logrotate", "-f", "-s", temp.resolve("state").toString(), configuration.toString());
        }
        assertThat(sink.write("last line\n")).isEmpty();
        sink.close();
        assertThat(file).hasContent("last line\n");
        assertThat(Files.getAttribute(file, "unix:owner")).hasToString("nobody");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(folder.resolve("countersign.log.1")).hasContent("line 3\n");
        assertThat(folder.resolve("countersign.log.2.gz")).exists();
        assertThat(folder.resolve("countersign.log.3.gz")).exists();
    }

    @Test
    void aDiskThatHasRoomAgainHasWholeLinesAgain() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk.toString());
        try {
            Path file = disk.resolve("x.log");
            FileSink sink = new FileSink(file, Duration.ofDays(1));
            String line = "x".repeat(99) + "\n";
            int written = 0;
            Optional<String> problem = sink.write(line);
            while (problem.isEmpty()) {
                written++;
                problem = sink.write(line);
            }
            assertThat(problem).hasValue(file + " cannot be written: No space left on device");
            assertThat(written).isPositive();
            run("mount", "-o", "remount,size=32k", disk.toString());
            assertThat(sink.write("again\n")).isEmpty();
            sink.close();
            assertThat(Files.readString(file)
                            .lines()
                            .filter(line.strip()::equals)
                            .count())
                    .isEqualTo(written);
            assertThat(Files.readString(file)).endsWith("x\nagain\n");
        } finally {
            run("umount", disk.toString());
        }
    }
}
