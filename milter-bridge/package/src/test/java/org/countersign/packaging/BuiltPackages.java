package org.countersign.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packages of this build, and commands that look into them. */
final class BuiltPackages {
    static final String VERSION = System.getProperty("countersign.package.version");
    static final Path TREE = Path.of(System.getProperty("countersign.package.root"));
    static final Path DEBIAN = packages().resolve("countersign_" + VERSION + "_amd64.deb");
    static final Path ARCHIVE = packages().resolve("countersign-" + VERSION + ".tar.gz");

    private static final int SECONDS = 300;

    private BuiltPackages() {}

    private static Path packages() {
        return Path.of(System.getProperty("countersign.packages"));
    }

    /**
     * How a command ended.
     *
     * @param output standard output and standard error
     */
    record Result(int status, String output) {
        List<String> lines() {
            return output.lines().toList();
        }
    }

    /** Runs a command without input that must succeed, and returns its output. */
    static String succeed(List<String> command) throws IOException, InterruptedException {
        Result result = run(command, Map.of());
        assertThat(result.status()).as("%s: %s", command, result.output()).isZero();
        return result.output();
    }

    /** Runs a command without input, with these variables in addition to the environment of the test. */
    static Result run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        Path output = Files.createTempFile("countersign-package", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(variables);
            Process process = builder.start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " does not end: " + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
