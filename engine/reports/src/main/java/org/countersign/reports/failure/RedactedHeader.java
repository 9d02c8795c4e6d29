package org.countersign.reports.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.countersign.syntax.Ascii;

/**
 * The header fields of a message that a failure report shows: those of a fixed list, so that a field that nobody thought of is never
 * sent. No body is ever sent, because the engine does not keep it.
 */
final class RedactedHeader {
    static final List<String> SHOWN =
            List.of("From", "Date", "Message-ID", "List-Id", "Subject", "DKIM-Signature", "Received");

    private static final int MAX_SIGNATURES = 5;
    private static final int MAX_VALUE = 2000;

    private final Redaction redaction;
    private final boolean subject;

    RedactedHeader(Redaction redaction, boolean subject) {
        this.redaction = redaction;
        this.subject = subject;
    }

    /** The lines of the fields, in the order of the message. */
    List<FailureReport.Field> select(List<FailureReport.Field> header) {
        List<FailureReport.Field> selected = new ArrayList<>();
        int signatures = 0;
        boolean received = false;
        for (FailureReport.Field field : header) {
            String value = unfolded(field.value());
            switch (Ascii.lower(field.name())) {
                case "from" ->
                    selected.add(new FailureReport.Field(
                            "From", redaction.addresses(ReportFields.withoutComments(cut(value)))));
                case "date" -> selected.add(field("Date", value));
                // The domain finds the message in its logs by it.
                case "message-id" ->
                    selected.add(new FailureReport.Field("Message-ID", redaction.identifier(cut(value))));
                case "list-id" -> selected.add(field("List-Id", identifier(value)));
                case "subject" -> {
                    if (subject) {
                        selected.add(field("Subject", value));
                    }
                }
                case "dkim-signature" -> {
                    if (signatures++ < MAX_SIGNATURES) {
                        selected.add(new FailureReport.Field("DKIM-Signature", signature(cut(value))));
                    }
                }
                case "received" -> {
                    // The topmost is of the server that handed the message over, or of the own one. Those below tell
                    // the way of the message before.
                    if (!received) {
                        received = true;
                        selected.add(field("Received", trace(value)));
                    }
                }
                default -> {
                    // Not on the list
                }
            }
        }
        return selected;
    }

    private FailureReport.Field field(String name, String value) {
        return new FailureReport.Field(name, redaction.text(cut(value)));
    }

    private static String cut(String value) {
        return value.substring(0, Math.min(value.length(), MAX_VALUE));
    }

    private static String unfolded(String value) {
        return value.replace("\r", "").replace("\n", "").strip();
    }

    // RFC 2919 §3: a phrase for people, then the identifier
    private static String identifier(String value) {
        int open = value.lastIndexOf('<');
        return open < 0 ? value : value.substring(open);
    }

    // RFC 6376 §3.5: z= has copies of other fields. Each value by itself, since "=" may be in a local part too.
    private String signature(String value) {
        StringBuilder out = new StringBuilder();
        StringTokenizer tags = new StringTokenizer(value, ";");
        while (tags.hasMoreTokens()) {
            String tag = tags.nextToken();
            int equals = tag.indexOf('=');
            String name = equals < 0 ? "" : tag.substring(0, equals).strip();
            if (!name.isEmpty() && !name.equals("z") && name.chars().allMatch(Ascii::isAlphaNumeric)) {
                out.append(out.isEmpty() ? "" : "; ")
                        .append(name)
                        .append('=')
                        .append(redaction.text(tag.substring(equals + 1).strip()));
            }
        }
        return out.toString();
    }

    // Comments may have the name of a user who logged in, and "for" has the recipient.
    private static String trace(String value) {
        String text = ReportFields.withoutComments(value);
        int recipient = Ascii.lower(text).indexOf(" for ");
        int date = text.lastIndexOf(';');
        return recipient < 0 || date < recipient ? text : text.substring(0, recipient) + text.substring(date);
    }
}
