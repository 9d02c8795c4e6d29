package org.countersign.cli;

import java.io.IOException;
import java.io.PrintStream;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;

/** Writes the JSON of commands to standard output, in US-ASCII. */
final class JsonOutput {
    private JsonOutput() {}

    /**
     * Writes one object, indented, and ends the line.
     *
     * @throws CommandFailure if it cannot be written
     */
    static void write(Explanation.Group object, PrintStream out) throws CommandFailure {
        try {
            ExplanationJson.write(object, out);
        } catch (IOException problem) {
            throw CommandFailure.ofStandardOutput(problem);
        }
    }

    /** Writes one object of several as a line. */
    static void writeLine(Explanation.Group object, PrintStream out) {
        out.writeBytes(ExplanationJson.toBytes(object));
        out.println();
    }
}
