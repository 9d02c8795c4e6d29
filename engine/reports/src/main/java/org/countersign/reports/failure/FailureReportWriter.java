package org.countersign.reports.failure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.StringTokenizer;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;

/**
 * Writes the message of a failure report (RFC 9991 §4, RFC 6591, RFC 5965): prose, the feedback report, and header fields of the
 * message. All text of the message is redacted, and no body is sent. The result is printing US-ASCII in lines of at most 998
 * characters, so that no mail server re-encodes it.
 *
 * <p>Immutable.
 */
public final class FailureReportWriter {
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME;
    private static final int FOLD = 76;
    private static final int MAX_LINE = 900;
    // From, To, Date and Message-ID.
    private static final int ENVELOPE = 1024;

    private final Redaction redaction;
    private final RedactedHeader header;
    private final long maxSize;
    private final String userAgent;

    /**
     * A writer.
     *
     * @param subject whether the Subject of the message is sent
     * @param maxSize of a report in octets. What is longer has no further fields of the message
     * @param userAgent the name and version of the software
     */
    public FailureReportWriter(Redaction redaction, boolean subject, long maxSize, String userAgent) {
        this.redaction = redaction;
        this.header = new RedactedHeader(redaction, subject);
        this.maxSize = maxSize;
        this.userAgent = userAgent;
    }

    /**
     * The addresses and the identity of the message, all in US-ASCII and without line ends.
     *
     * @param id letters and digits, different for each report
     */
    public record Envelope(String from, String to, String id, Instant date) {
        public Envelope {
            if (!id.chars().allMatch(Ascii::isAlphaNumeric) || id.isEmpty()) {
                throw new IllegalArgumentException("an id has letters and digits only");
            }
            if (!(from + to).chars().allMatch(Ascii::isVisible)) {
                throw new IllegalArgumentException("an address has printing characters only");
            }
        }
    }

    /**
     * The message without its author, recipient, date and identity, which {@link #message} adds: several addresses get the same.
     *
     * @param id letters and digits, different for each report
     */
    public byte[] write(String id, FailureReport report) {
        // "=_" cannot occur at the start of a line of a field.
        String boundary = "=_" + id;
        String end = "\r\n--" + boundary + "--";
        Lines lines = new Lines();
        lines.field("Subject", "DMARC failure report for " + report.reportedDomain());
        lines.field("Auto-Submitted", "auto-generated");
        lines.field("MIME-Version", "1.0");
        lines.line("Content-Type: multipart/report; report-type=feedback-report;");
        lines.line(" boundary=\"" + boundary + "\"");
        lines.part(boundary, "text/plain; charset=us-ascii");
        lines.line("This is a DMARC failure report (RFC 9991) about mail with the author domain");
        lines.line(report.reportedDomain().toString());
        lines.line("It was made because the DMARC record of");
        lines.line(report.policyDomain().toString());
        lines.line("names this address in its tag ruf. Local parts of addresses are hashed.");
        lines.part(boundary, "message/feedback-report");
        writeFeedback(lines, report);
        lines.part(boundary, "text/rfc822-headers");
        for (FailureReport.Field field : header.select(report.header())) {
            Lines next = new Lines();
            next.field(field.name(), field.value());
            if (ENVELOPE + lines.length() + next.length() + end.length() <= maxSize) {
                lines.add(next);
            }
        }
        lines.line(end);
        return lines.octets();
    }

    /**
     * The message with CRLF line ends, without a signature.
     *
     * @param content what {@link #write} gave
     */
    public static byte[] message(Envelope envelope, byte[] content) {
        Lines lines = new Lines();
        lines.field("From", envelope.from());
        lines.field("To", envelope.to());
        lines.field("Date", DATE.format(envelope.date().atOffset(ZoneOffset.UTC)));
        lines.field(
                "Message-ID",
                "<" + envelope.id() + envelope.from().substring(envelope.from().lastIndexOf('@')) + ">");
        byte[] first = lines.octets();
        byte[] message = Arrays.copyOf(first, first.length + content.length);
        System.arraycopy(content, 0, message, first.length, content.length);
        return message;
    }

    private void writeFeedback(Lines lines, FailureReport report) {
        lines.field("Feedback-Type", "auth-failure");
        lines.field("Version", "1");
        lines.field("User-Agent", redaction.text(userAgent));
        lines.field("Auth-Failure", "dmarc");
        lines.field(
                "Authentication-Results",
                redaction.text(report.authservId())
                        + (report.passed() ? "; dmarc=pass header.from=" : "; dmarc=fail header.from=")
                        + report.reportedDomain());
        lines.field("Identity-Alignment", alignment(report));
        report.signature().ifPresent(signature -> {
            lines.field("DKIM-Domain", signature.domain().toString());
            lines.field("DKIM-Identity", redaction.text(signature.identity()));
            lines.field("DKIM-Selector", redaction.text(signature.selector()));
        });
        // RFC 6591 §3.2.6: one field for each record.
        report.spf().forEach(spf -> lines.field("SPF-DNS", "txt : " + spf.domain() + " : " + quoted(spf.text())));
        lines.field("Original-Mail-From", "<" + redaction.text(report.mailFrom()) + ">");
        lines.field("Source-IP", IpNetwork.renderAddress(IpNetwork.plain(report.sourceIp())));
        lines.field("Reported-Domain", report.reportedDomain().toString());
        lines.field("Delivery-Result", report.deliveryResult().keyword());
        lines.field("Arrival-Date", DATE.format(report.arrival().atOffset(ZoneOffset.UTC)));
        if (report.incidents() > 1) {
            lines.field("Incidents", Long.toString(report.incidents()));
        }
    }

    // RFC 9991 §4
    private static String alignment(FailureReport report) {
        if (report.notAligned().isEmpty()) {
            return "none";
        }
        String dkim = report.notAligned().contains(Mechanism.DKIM) ? "dkim" : "";
        String spf = report.notAligned().contains(Mechanism.SPF) ? "spf" : "";
        return dkim.isEmpty() || spf.isEmpty() ? dkim + spf : dkim + ", " + spf;
    }

    private static String quoted(String record) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c < 0x20 || c >= 0x7F ? '?' : c);
        }
        return out.append('"').toString();
    }

    /** Lines with CRLF, folded between words. */
    private static final class Lines {
        private final StringBuilder out = new StringBuilder(2048);

        private void line(String line) {
            out.append(line).append("\r\n");
        }

        private void part(String boundary, String type) {
            line("");
            line("--" + boundary);
            line("Content-Type: " + type);
            line("");
        }

        private void field(String name, String value) {
            int begin = out.length();
            out.append(name).append(':');
            StringTokenizer words = new StringTokenizer(value, " ");
            while (words.hasMoreTokens()) {
                String word = words.nextToken();
                for (int from = 0; from < word.length(); from += MAX_LINE) {
                    String piece = word.substring(from, Math.min(from + MAX_LINE, word.length()));
                    if (out.length() - begin + piece.length() >= FOLD && out.length() > begin + name.length() + 1) {
                        out.append("\r\n");
                        begin = out.length();
                    }
                    out.append(' ').append(piece);
                }
            }
            out.append("\r\n");
        }

        private int length() {
            return out.length();
        }

        private void add(Lines other) {
            out.append(other.out);
        }

        private byte[] octets() {
            return out.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }
}
