package org.countersign.ops.log;

import java.util.logging.Level;
import java.util.logging.LogRecord;

/** The severities of syslog (RFC 5424 §6.2.1) as Postfix uses them: verdicts are information, whatever they are. */
enum SyslogPriority {
    CRITICAL(2),
    ERROR(3),
    WARNING(4),
    INFORMATION(6),
    DEBUG(7);

    /** The event of a program that ends because it cannot serve. */
    static final String FATAL_EVENT = "not-started";

    private final int code;

    SyslogPriority(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static SyslogPriority of(LogRecord event) {
        int level = event.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            return FATAL_EVENT.equals(event.getMessage()) ? CRITICAL : ERROR;
        }
        if (level >= Level.WARNING.intValue()) {
            return WARNING;
        }
        return level >= Level.INFO.intValue() ? INFORMATION : DEBUG;
    }
}
