package org.countersign.reports.receive;

import java.util.Set;
import org.countersign.syntax.Ascii;

/**
 * A MIME part without parts inside.
 *
 * @param type its media type in lower case; {@code text/plain} by default
 * @param name its file name; empty if it has none
 * @param attached whether it is meant as a file: by its disposition, its name or its type
 * @param octets its content, decoded
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record MessagePart(String type, String name, boolean attached, byte[] octets) {
    static final String FEEDBACK_REPORT = "message/feedback-report";
    static final String MESSAGE = "message/rfc822";
    static final String HEADERS = "text/rfc822-headers";
    private static final Set<String> REPORT_TYPES = Set.of(
            "application/gzip",
            "application/x-gzip",
            "application/x-gunzip",
            "application/gzip-compressed",
            "application/zip",
            "application/x-zip",
            "application/x-zip-compressed",
            "application/octet-stream",
            "application/xml",
            "text/xml");

    /** Whether this is the type. */
    boolean is(String other) {
        return type.equals(other);
    }

    /** Whether the part is a message, whole or without its body. */
    boolean isMessage() {
        return is(MESSAGE) || is(HEADERS) || is("message/global") || is("message/rfc822-headers");
    }

    /** Whether it has a media type that reports have. */
    boolean isReportType() {
        return REPORT_TYPES.contains(type);
    }

    /** Whether its name or its type is that of a report, so that it is worth a reason if it is none. */
    boolean looksLikeReport() {
        return (isReportType() && !is("application/octet-stream")) || isReportName(name);
    }

    /** Whether files with reports have such names. */
    static boolean isReportName(String name) {
        String lower = Ascii.lower(name);
        return lower.endsWith(".xml") || lower.endsWith(".gz") || lower.endsWith(".zip");
    }

    /** The name for messages to people. */
    String label() {
        return name.isEmpty() ? "a part of type " + type : name;
    }
}
