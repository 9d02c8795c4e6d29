package org.countersign.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.syntax.Escapes;

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

    /**
     * Writes what was done, what a person has to do about other keys, and the notes. The command did what it was asked for,
     * whatever they say.
     */
    ExitStatus done(Result result) {
        text().steps(result);
        text().tasks(result.tasks());
        notes(result.unanswered());
        return ExitStatus.OK;
    }

    /** Writes what a person has to do, and the notes. */
    ExitStatus finish(Result result) {
        text().tasks(result.tasks());
        notes(result.unanswered());
        return status(result);
    }

    /** Writes which servers gave no answer, and which keys were left alone. */
    void notes(List<String> lines) {
        lines.forEach(line -> streams.err().println("countersign: " + Escapes.withoutControls(line)));
    }

    static ExitStatus status(Result result) {
        if (!result.tasks().isEmpty()) {
            return ExitStatus.CHECK_FAILED;
        }
        return result.unanswered().isEmpty() ? ExitStatus.OK : ExitStatus.TRY_AGAIN;
    }
}
