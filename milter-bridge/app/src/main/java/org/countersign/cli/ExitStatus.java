package org.countersign.cli;

/** What the program says with its exit status: the verdict on a message, or what went wrong (sysexits). */
public enum ExitStatus {
    OK(0),
    /** Some of the examples in the policy file do not come out as expected. */
    EXAMPLES_FAILED(1),
    /** The message is to be set apart. */
    QUARANTINE(10),
    /** The message is to be refused, or dropped. */
    REJECT(11),
    /** The message is to be offered again later. */
    TEMPFAIL(12),
    /** EX_USAGE: the command line is wrong. */
    USAGE(64),
    /** EX_DATAERR: an input file is not what it should be. */
    BAD_DATA(65),
    /** EX_NOINPUT: an input file is not there. */
    NO_INPUT(66),
    /** EX_SOFTWARE: a fault of the program itself. */
    SOFTWARE(70),
    /** EX_CANTCREAT: an output file cannot be made. */
    CANNOT_CREATE(73),
    /** EX_IOERR: reading or writing failed halfway. */
    IO(74),
    /** EX_NOPERM: a file may not be read, or is open to those who must not read it. */
    NO_PERMISSION(77),
    /** EX_CONFIG: the policy file is wrong. */
    CONFIGURATION(78);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
