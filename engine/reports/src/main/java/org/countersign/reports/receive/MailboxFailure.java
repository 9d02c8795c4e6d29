package org.countersign.reports.receive;

import java.io.Serial;

/** A mailbox that cannot be read. The message names it, the reason and the remedy, and contains no password. */
public final class MailboxFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    MailboxFailure(String problem) {
        super(problem);
    }

    /** The message. */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
