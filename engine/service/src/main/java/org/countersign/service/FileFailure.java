package org.countersign.service;

import java.util.List;

/** Files that cannot be used: what is wrong, a line for each, and what to do about it. */
public final class FileFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final transient List<String> lines;

    /** What kind of trouble the first line tells of. */
    public enum Reason {
        /** The file is not there, or is a directory. */
        MISSING,
        /** It may not be read, or others could have read a secret in it. */
        FORBIDDEN,
        /** It is larger than any such file is. */
        TOO_LARGE,
        /** Reading it failed. */
        UNREADABLE,
        /** What it says is wrong. */
        INVALID
    }

    FileFailure(Reason reason, String line) {
        this(reason, List.of(line));
    }

    FileFailure(Reason reason, List<String> lines) {
        super(String.join("; ", lines));
        this.reason = reason;
        this.lines = List.copyOf(lines);
    }

    /** One for several, of the reason of the first. */
    static FileFailure of(List<FileFailure> failures) {
        return new FileFailure(
                failures.getFirst().reason,
                failures.stream().flatMap(failure -> failure.lines.stream()).toList());
    }

    public Reason reason() {
        return reason;
    }

    /** At least one. */
    public List<String> lines() {
        return lines;
    }
}
