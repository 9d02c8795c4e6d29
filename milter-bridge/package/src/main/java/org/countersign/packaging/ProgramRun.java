package org.countersign.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands in the directory of the program. */
final class ProgramRun {
    static final int MAX_SECONDS = 120;

    private final Path program;
    private final Path output;

    /**
     * @param program the directory in which commands run
     * @param work a directory for their output
     */
    ProgramRun(Path program, Path work) {
        this.program = program;
        this.output = work.resolve("output");
    }

    /** Runs a command, which must succeed. */
    void run(List<String> command) throws IOException, InterruptedException {
        Process process = start(command);
        if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw failure("no end within " + MAX_SECONDS + " s", command);
        }
        if (process.exitValue() != 0) {
            throw failure("exit status " + process.exitValue(), command);
        }
    }

    Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(program.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        // Other variables may change which classes are loaded.
        builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
        return builder.start();
    }

    IOException failure(String what, List<String> command) throws IOException {
        return new IOException(what + ": " + String.join(" ", command) + "\n" + Files.readString(output));
    }
}
