package org.countersign.service.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverCheckTest {
    @TempDir
    private Path temp;

    @Test
    void theFileOfTheSystemIsNamedAsTheOriginOnlyIfItNamesAServer() throws IOException {
        Path file = temp.resolve("resolv.conf");
        assertThat(ResolverCheck.origin(file)).isEqualTo("the default, because " + file + " does not exist");
        Files.writeString(file, "");
        assertThat(ResolverCheck.origin(file)).isEqualTo("the default, because " + file + " names no server");
        Files.writeString(file, "# nameserver 192.0.2.1\nsearch example.org\nnameserver\n");
        assertThat(ResolverCheck.origin(file)).isEqualTo("the default, because " + file + " names no server");
        Files.writeString(file, "search example.org\nnameserver 192.0.2.1\n");
        assertThat(ResolverCheck.origin(file)).isEqualTo("from " + file);
        assertThat(ResolverCheck.origin(temp)).isEqualTo("the default, because " + temp + " cannot be read");
    }
}
