package org.countersign.message;

import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Tells from its header section whether a message is a report or was sent automatically. A message about such a message
 * could begin a loop between two systems. Makes no object for an ordinary message.
 */
public final class ReportHeaders {
    private static final String SUBJECT = "Subject";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String AUTO_SUBMITTED = "Auto-Submitted";
    // RFC 9990 §3.5.2
    private static final String REPORT_SUBJECT = "report domain:";
    // RFC 6522
    private static final String REPORT_TYPE = "multipart/report";
    // RFC 3834 §5
    private static final String NOT_AUTOMATIC = "no";

    private ReportHeaders() {}

    /**
     * Whether the Subject is that of a DMARC report, the Content-Type is {@code multipart/report}, or Auto-Submitted is not
     * {@code no}.
     */
    public static boolean areIn(HeaderSection headers) {
        for (HeaderField field : headers.fields()) {
            if (isOfReport(field)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfReport(HeaderField field) {
        if (field.is(SUBJECT)) {
            return begins(field.value(), REPORT_SUBJECT);
        }
        if (field.is(CONTENT_TYPE)) {
            return begins(field.value(), REPORT_TYPE);
        }
        return field.is(AUTO_SUBMITTED) && !isNo(field.value());
    }

    private static boolean begins(Octets value, String text) {
        int at = afterWhiteSpace(value, 0);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ' ') {
                // Senders fold between the two words, too.
                int next = afterWhiteSpace(value, at);
                if (next == at) {
                    return false;
                }
                at = next;
            } else if (at < value.length() && Ascii.lower(value.at(at)) == text.charAt(i)) {
                at++;
            } else {
                return false;
            }
        }
        return true;
    }

    /** The keyword may be followed by parameters and comments. */
    private static boolean isNo(Octets value) {
        int end = afterWhiteSpace(value, 0) + NOT_AUTOMATIC.length();
        return begins(value, NOT_AUTOMATIC) && (end == value.length() || !isTokenCharacter(value.at(end)));
    }

    private static boolean isTokenCharacter(int octet) {
        return octet > ' ' && octet != ';' && octet != '(';
    }

    private static int afterWhiteSpace(Octets value, int from) {
        int at = from;
        while (at < value.length() && (Ascii.isWsp(value.at(at)) || value.at(at) == '\r' || value.at(at) == '\n')) {
            at++;
        }
        return at;
    }
}
