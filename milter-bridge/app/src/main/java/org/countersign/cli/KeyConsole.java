package org.countersign.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import org.countersign.rotation.KeyRotation.Result;

/** What the commands of {@code countersign key} have in common: the clock that they read, and how they say what happened. */
record KeyConsole(Streams streams, InstantSource clock) {
    PrintStream out() {
        return OutputOptions.writer(streams);
    }

    KeyText text() {
        ZoneId zone = clock instanceof Clock zoned ? zoned.getZone() : ZoneId.systemDefault();
        return new KeyText(out(), zone);
    }

    void showSetting(String line) {
        out().println("Add this to the policy file, so that the service follows the table:");
        out().println("  signing:");
        out().println("    " + line);
    }

    /** Writes what a person has to do, and which servers gave no answer. */
    ExitStatus finish(Result result) {
        text().tasks(result.tasks());
        result.unanswered().forEach(line -> streams.err().println("countersign: " + line));
        return status(result);
    }

    static ExitStatus status(Result result) {
        if (!result.tasks().isEmpty()) {
            return ExitStatus.CHECK_FAILED;
        }
        return result.unanswered().isEmpty() ? ExitStatus.OK : ExitStatus.TRY_AGAIN;
    }
}
