package org.countersign.cli;

import java.io.IOException;
import java.util.List;
import org.countersign.service.FileFailure;

/** Ends a command with messages for the user and an exit status. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitStatus status;
    private final transient List<String> lines;

    /**
     * @param line the problem and its remedy
     */
    CommandFailure(ExitStatus status, String line) {
        this(status, List.of(line));
    }

    /**
     * @param lines one line for each problem
     */
    CommandFailure(ExitStatus status, List<String> lines) {
        super(String.join("; ", lines));
        this.status = status;
        this.lines = List.copyOf(lines);
    }

    /** The failure of a command because of the policy file or the files that it names. */
    static CommandFailure of(FileFailure failure) {
        return of(failure, ExitStatus.CONFIGURATION);
    }

    /** The failure of a command because of a file that its command line names, whose content is no configuration. */
    static CommandFailure ofArgument(FileFailure failure) {
        return of(failure, ExitStatus.BAD_DATA);
    }

    private static CommandFailure of(FileFailure failure, ExitStatus wrongContent) {
        return new CommandFailure(status(failure.reason(), wrongContent), failure.lines());
    }

    /** The status for the policy file, or a file that it names. */
    static ExitStatus statusOf(FileFailure.Reason reason) {
        return status(reason, ExitStatus.CONFIGURATION);
    }

    private static ExitStatus status(FileFailure.Reason reason, ExitStatus wrongContent) {
        return switch (reason) {
            case MISSING -> ExitStatus.NO_INPUT;
            case FORBIDDEN -> ExitStatus.NO_PERMISSION;
            case TOO_LARGE, NO_MESSAGE -> ExitStatus.BAD_DATA;
            case UNREADABLE -> ExitStatus.IO;
            case INVALID -> wrongContent;
        };
    }

    /** The failure of a command whose output could not be written. */
    static CommandFailure ofStandardOutput(IOException problem) {
        return new CommandFailure(ExitStatus.IO, "standard output cannot be written: " + problem.getMessage());
    }

    ExitStatus status() {
        return status;
    }

    List<String> lines() {
        return lines;
    }
}
