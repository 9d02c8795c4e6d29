package org.countersign.ops.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The heap is that of the service, whose options a command does not get. */
class ServiceHeapTest {
    @TempDir
    private Path etc;

    private Optional<Path> installed() {
        return Optional.of(etc.resolve("countersign/countersign.yaml"));
    }

    @Test
    void thatOfThePackageIsKnownAndThatOfACheckoutIsOurOwn() {
        assertThat(ServiceHeap.octets(installed())).isEqualTo(64L << 20);
        assertThat(ServiceHeap.octets(Optional.empty()))
                .isEqualTo(Runtime.getRuntime().maxMemory());
    }

    @Test
    void thatOfThePackageIsTheOneOfItsLauncher() throws Exception {
        String launcher = Files.readString(
                Path.of(System.getProperty("countersign.root"), "milter-bridge/package/src/launcher/countersign"));
        long mebibytes = ServiceHeap.octets(installed()) >> 20;
        assertThat(launcher).containsOnlyOnce("-Xmx").contains("options=\"-Xmx" + mebibytes + "m ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COUNTERSIGN_JAVA_OPTS=\"-Xmx512m\"      | 512",
                "COUNTERSIGN_JAVA_OPTS='-Dx=y -Xmx1g'    | 1024",
                "COUNTERSIGN_JAVA_OPTS=-Xmx524288k       | 512",
                "COUNTERSIGN_JAVA_OPTS='-Xmx1g -Xmx128M' | 128",
                "COUNTERSIGN_JAVA_OPTS=-Xms256m          | 64",
                "#COUNTERSIGN_JAVA_OPTS=\"-Xmx512m\"     | 64",
            })
    void theFileOfTheOptionsOfTheServiceIsRead(String line, int mebibytes) throws Exception {
        Files.createDirectories(etc.resolve("default"));
        Files.writeString(etc.resolve("default/countersign"), "# Options\n" + line + "\n");
        assertThat(ServiceHeap.octets(installed())).isEqualTo((long) mebibytes << 20);
    }
}
