package org.countersign.reports.receive;

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

    /** Whether this is the type. */
    boolean is(String other) {
        return type.equals(other);
    }

    /** Whether the part is a message, whole or without its body. */
    boolean isMessage() {
        return is(MESSAGE) || is(HEADERS) || is("message/global") || is("message/rfc822-headers");
    }

    /** The name for messages to people. */
    String label() {
        return name.isEmpty() ? "a part of type " + type : name;
    }
}
