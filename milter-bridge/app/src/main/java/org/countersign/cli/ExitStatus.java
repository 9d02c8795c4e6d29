package org.countersign.cli;

import org.countersign.store.StoreFailure;

/** The exit status: the verdict on a message, or the kind of error as in {@code sysexits.h}. */
enum ExitStatus {
    OK(0),
    /** Some examples have other results than expected, a check found errors, or some reports were refused. */
    CHECK_FAILED(1),
    /** The trace has no such message. */
    NONE_FOUND(1),
    /** The domain is not ready for the policy reject. */
    NOT_READY(1),
    /** The reports do not suffice to tell whether the domain is ready. */
    CANNOT_TELL(2),
    /** The verdict is quarantine. */
    QUARANTINE(10),
    /** The verdict is reject or discard. */
    REJECT(11),
    /** The verdict is tempfail. */
    TEMPFAIL(12),
    /** EX_USAGE: the command line is wrong. */
    USAGE(64),
    /** EX_DATAERR: an input file has wrong content. */
    BAD_DATA(65),
    /** EX_NOINPUT: an input file does not exist. */
    NO_INPUT(66),
    /** EX_SOFTWARE: an internal error. */
    SOFTWARE(70),
    /** EX_CANTCREAT: an output file cannot be created. */
    CANNOT_CREATE(73),
    /** EX_IOERR: reading, writing or listening failed. */
    IO(74),
    /** EX_TEMPFAIL: a mail server is to give the message again. */
    TRY_AGAIN(75),
    /** EX_NOPERM: a file cannot be read, or a secret file can be read by other users. */
    NO_PERMISSION(77),
    /** EX_CONFIG: the policy file is wrong. */
    CONFIGURATION(78);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    /** The status for a store that cannot be used. */
    static ExitStatus of(StoreFailure.Reason reason) {
        return switch (reason) {
            case MISSING -> NO_INPUT;
            case FORBIDDEN -> NO_PERMISSION;
            case DAMAGED -> BAD_DATA;
            case NEWER, OLDER -> CONFIGURATION;
            case FULL, UNAVAILABLE -> IO;
            case REFUSED -> SOFTWARE;
        };
    }

    int code() {
        return code;
    }
}
