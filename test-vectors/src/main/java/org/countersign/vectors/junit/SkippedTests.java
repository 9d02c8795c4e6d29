package org.countersign.vectors.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes one line for each test or class that was skipped, with the reason, to the file named by the system property
 * {@code countersign.skipped}. Surefire reports no reason for a class that skips itself before its first test.
 */
public final class SkippedTests implements TestExecutionListener {
    private final Optional<Path> file =
            Optional.ofNullable(System.getProperty("countersign.skipped")).map(Path::of);

    /** Called by the JUnit launcher once for each virtual machine; removes the file of an earlier run. */
    public SkippedTests() {
        try {
            if (file.isPresent()) {
                Files.deleteIfExists(file.get());
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            write(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    private void write(TestIdentifier test, String reason) {
        if (file.isEmpty()) {
            return;
        }
        String line =
                reason.replace("Assumption failed: ", "").lines().findFirst().orElse("") + ": " + name(test) + "\n";
        try {
            Files.createDirectories(file.get().toAbsolutePath().getParent());
            Files.writeString(file.get(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(method -> method.getClassName() + "." + method.getMethodName())
                .orElseGet(test::getLegacyReportingName);
    }
}
