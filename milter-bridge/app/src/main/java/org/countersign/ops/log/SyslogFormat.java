package org.countersign.ops.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.LogRecord;

/**
 * Writes what precedes a line for the local socket of syslog: priority, local time without a year, program and process.
 * {@code syslog(3)} has this form, so Postfix and all other programs send it.
 */
final class SyslogFormat {
    /** The name of the program in syslog and in the journal. */
    static final String IDENTIFIER = "countersign";

    /** The maximum length of a line; rsyslog cuts lines at 8 KiB. */
    static final int MAX_LINE = 8_000;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss ", Locale.ENGLISH);
    private static final int SEVERITIES = 8;

    private final int facility;
    private final String tag;

    SyslogFormat(SyslogFacility facility, long processId) {
        this.facility = facility.code() * SEVERITIES;
        this.tag = IDENTIFIER + "[" + processId + "]: ";
    }

    String prefix(LogRecord event) {
        return "<" + (facility + SyslogPriority.of(event).code()) + ">"
                + TIME.format(event.getInstant().atZone(ZoneId.systemDefault())) + tag;
    }
}
