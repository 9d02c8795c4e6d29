package org.countersign.cli;

import java.util.List;

/** Ends a command: what the user is told, and the status that the program exits with. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitStatus status;
    private final transient List<String> lines;

    /**
     * @param line what is wrong and what to do about it
     */
    CommandFailure(ExitStatus status, String line) {
        this(status, List.of(line));
    }

    /**
     * @param lines one for each thing that is wrong
     */
    CommandFailure(ExitStatus status, List<String> lines) {
        super(String.join("; ", lines));
        this.status = status;
        this.lines = List.copyOf(lines);
    }

    ExitStatus status() {
        return status;
    }

    List<String> lines() {
        return lines;
    }
}
