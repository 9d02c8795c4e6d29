package org.countersign.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Another program, asked line by line, which answers each line by one. */
public final class LineProtocolProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;

    private LineProtocolProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.questions = process.outputWriter(StandardCharsets.US_ASCII);
    }

    public static LineProtocolProcess start(List<String> command) throws IOException {
        return new LineProtocolProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** What it says of itself before the first question; null where it has ended. */
    public @Nullable String greeting() throws IOException {
        return answers.readLine();
    }

    /**
     * Asks in words between blanks.
     *
     * @throws IOException if it has ended, or its answer begins with {@code error}
     */
    public String ask(List<String> words) throws IOException {
        questions.write(String.join(" ", words));
        questions.newLine();
        questions.flush();
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("error ")) {
            throw new IOException("answered: " + answer);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
