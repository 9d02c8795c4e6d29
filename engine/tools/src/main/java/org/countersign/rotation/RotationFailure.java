package org.countersign.rotation;

import java.util.List;
import org.countersign.service.FileFailure;

/** Ends a command that changes keys, with lines for the postmaster. */
public final class RotationFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final FileFailure.Reason file;
    private final transient List<String> lines;

    /** The kind of failure. */
    public enum Reason {
        /** What was asked for is not possible in the state of the key. */
        NOT_POSSIBLE,
        /** A file cannot be read, or has wrong content. */
        BAD_FILE,
        /** A file cannot be written. */
        NOT_WRITTEN,
        /** The servers of the zone could not be asked, or another command holds the lock. */
        TRY_AGAIN
    }

    RotationFailure(Reason reason, String... lines) {
        this(reason, List.of(lines));
    }

    RotationFailure(Reason reason, List<String> lines) {
        this(reason, FileFailure.Reason.INVALID, lines);
    }

    /** The failure because of a file. */
    RotationFailure(FileFailure.Reason file, List<String> lines) {
        this(Reason.BAD_FILE, file, lines);
    }

    private RotationFailure(Reason reason, FileFailure.Reason file, List<String> lines) {
        super(String.join("; ", lines));
        this.reason = reason;
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong with the file, for {@link Reason#BAD_FILE}. */
    public FileFailure.Reason file() {
        return file;
    }

    /** The problem and its remedy. */
    public List<String> lines() {
        return lines;
    }
}
