package org.countersign.store;

import java.io.Serial;

/** A store that cannot be used. The message names the store, the reason and the remedy, and contains no password. */
public final class StoreFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** The kind of problem. */
    public enum Reason {
        /** The file, its directory or the database does not exist. */
        MISSING,
        /** This user may not read or write it. */
        FORBIDDEN,
        /** The file is damaged, or no SQLite file. */
        DAMAGED,
        /** A newer version of the program has written it. */
        NEWER,
        /** An earlier version of the program has written it, and an administrator has to bring it up to date. */
        OLDER,
        /** The disk or the database has no room. */
        FULL,
        /** It does not answer, or not in time, or another program has locked it. */
        UNAVAILABLE,
        /** The statement or its data were refused: an error of this program. */
        REFUSED
    }

    StoreFailure(Reason reason, StoreLocation location, String problem, Throwable cause) {
        super(location + " " + problem, cause);
        this.reason = reason;
    }

    StoreFailure(Reason reason, StoreLocation location, String problem) {
        super(location + " " + problem);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Whether the same statements may succeed later without a change of the program or of its settings. */
    public boolean isTemporary() {
        return reason == Reason.UNAVAILABLE || reason == Reason.FULL;
    }

    /** The message. */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
