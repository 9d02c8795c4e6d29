package org.countersign.ops.log;

import java.util.Locale;
import java.util.logging.LogRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * Formats each event as a datagram of the native protocol of journald: a line for each field. Values are escaped, so none
 * has a line end, and the form for binary values is not needed.
 *
 * @param message the format of the text that {@code journalctl} shows
 */
record JournalFormat(LineFormat message, SyslogFacility facility) implements LineFormat {
    private static final String PREFIX = "COUNTERSIGN_";
    // journald ignores a datagram with more than 1,024 fields, and fields whose names are longer than 64 characters.
    private static final int MAX_FIELDS = 64;
    private static final int MAX_NAME = 64 - PREFIX.length();

    @Override
    public String format(LogRecord event, String name, int maxValue) {
        StringBuilder fields = new StringBuilder(512);
        append(fields, "PRIORITY", Integer.toString(SyslogPriority.of(event).code()), maxValue);
        append(fields, "SYSLOG_FACILITY", Integer.toString(facility.code()), maxValue);
        append(fields, "SYSLOG_IDENTIFIER", SyslogFormat.IDENTIFIER, maxValue);
        append(fields, PREFIX + "EVENT", name, maxValue);
        int[] count = {0};
        EventFields.forEachPair(event, (key, value) -> {
            if (count[0]++ < MAX_FIELDS) {
                append(fields, PREFIX + fieldName(key), String.valueOf(value), maxValue);
            }
        });
        // Formatted already, so its characters are printable and its values bounded.
        fields.append("MESSAGE=").append(message.format(event, name, maxValue)).append('\n');
        return fields.toString();
    }

    private static void append(StringBuilder fields, String name, String value, int maxValue) {
        fields.append(name)
                .append('=')
                .append(Escapes.printable(value, maxValue))
                .append('\n');
    }

    /** The key in upper case, with underscores for all other characters. */
    private static String fieldName(String key) {
        StringBuilder name = new StringBuilder(key.length());
        for (char c : key.toUpperCase(Locale.ROOT).toCharArray()) {
            if (name.length() < MAX_NAME) {
                name.append(Ascii.isAlphaNumeric(c) ? c : '_');
            }
        }
        return name.toString();
    }
}
