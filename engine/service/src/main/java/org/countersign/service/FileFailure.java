package org.countersign.service;

import java.util.List;

/** Files that cannot be used, with a line for each problem and its remedy. */
public final class FileFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final transient List<String> lines;

    /** The kind of problem in the first line. */
    public enum Reason {
        /** The file does not exist, or is a directory. */
        MISSING,
        /** The file cannot be read by this user, or a secret file can be read by others. */
        FORBIDDEN,
        /** The file is larger than any such file should be. */
        TOO_LARGE,
        /** The file has no message, or not the one that is wanted. */
        NO_MESSAGE,
        /** Reading the file failed. */
        UNREADABLE,
        /** The contents are wrong. */
        INVALID
    }

    public FileFailure(Reason reason, String line) {
        this(reason, List.of(line));
    }

    public FileFailure(Reason reason, List<String> lines) {
        super(String.join("; ", lines));
        this.reason = reason;
        this.lines = List.copyOf(lines);
    }

    /** Combines several failures, with the reason of the first. */
    static FileFailure of(List<FileFailure> failures) {
        return new FileFailure(
                failures.getFirst().reason,
                failures.stream().flatMap(failure -> failure.lines.stream()).toList());
    }

    public Reason reason() {
        return reason;
    }

    /** The problems, at least one. */
    public List<String> lines() {
        return lines;
    }
}
