package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostfixDirectoryIT {
    @TempDir
    private Path temporary;

    private Path directoryOf(long process) throws IOException {
        Path path = temporary.resolve("countersign-postfix-1-2-" + process + "-3");
        Files.createDirectories(path.resolve("queue"));
        return path;
    }

    private static Process workingIn(Path directory) throws IOException {
        return new ProcessBuilder("sleep", "600")
                .directory(directory.resolve("queue").toFile())
                .start();
    }

    @Test
    void whatInterruptedTestsHaveLeftIsEndedAndDeleted() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path abandoned = directoryOf(gone.pid());
        Process left = workingIn(abandoned);

        PostfixDirectory.cleanUp(temporary);

        assertThat(left.waitFor(4, TimeUnit.MINUTES)).isTrue();
        assertThat(abandoned).doesNotExist();
    }

    @Test
    void thatOfOtherTestsThatRunIsLeftAlone() throws Exception {
        Path owned = directoryOf(ProcessHandle.current().pid());
        Path other = Files.createDirectory(temporary.resolve("other"));
        Process running = workingIn(owned);
        try {
            PostfixDirectory.cleanUp(temporary);

            assertThat(new PostfixDirectory(owned).processes()).containsExactly(running.pid());
            assertThat(running.isAlive()).isTrue();
            assertThat(other).exists();
        } finally {
            running.destroyForcibly();
        }
    }
}
