package org.countersign.reports.receive;

import java.io.IOException;
import java.io.Serial;

/** A limit that a message or a file exceeds. The message is the reason for refusing it. */
final class LimitFailure extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    LimitFailure(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
