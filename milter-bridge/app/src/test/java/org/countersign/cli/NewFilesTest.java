package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read files that commands make. */
class NewFilesTest {
    private static final byte[] KEY = {1, 2, 3};

    @TempDir
    private Path temp;

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void theServiceMayReadSecrets() throws Exception {
        assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(temp, "unix:uid")), "needs root");
        // Every system has a group of this number, whatever its name is.
        Path sample = Files.writeString(temp.resolve("sample"), "");
        Files.setAttribute(sample, "unix:gid", 1);
        GroupPrincipal group =
                Files.readAttributes(sample, PosixFileAttributes.class).group();

        new NewFiles(temp.resolve("out"), group.getName()).writeSecret("keys/a.pem", KEY);
        Path directory = temp.resolve("out/keys");
        Path file = directory.resolve("a.pem");
        assertThat(Files.readAllBytes(file)).isEqualTo(KEY);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(1);
        assertThat(Files.getAttribute(directory, "unix:gid")).isEqualTo(1);
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(directory)).isEqualTo("rwxr-x---");
    }

    @Test
    void withoutTheServiceOnlyTheOwnerMayReadThem() throws Exception {
        new NewFiles(temp.resolve("out"), "no-such-group").writeSecret("keys/a.pem", KEY);
        assertThat(mode(temp.resolve("out/keys/a.pem"))).isEqualTo("rw-------");
        assertThat(mode(temp.resolve("out/keys"))).isEqualTo("rwx------");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        NewFiles files = new NewFiles(temp, "no-such-group");
        files.write("a", "first");
        assertThatThrownBy(() -> files.write("a", "second")).hasMessageContaining("exists and is not overwritten");
        assertThat(temp.resolve("a")).content().isEqualTo("first");
    }
}
