package org.countersign.reports.send;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.ReportId;
import org.countersign.reports.document.ReportIdentity;
import org.countersign.reports.document.ReportPeriod;

/**
 * The message that carries a report (RFC 9990 §3.5.2): a short text, and the compressed document. It is US-ASCII with short lines,
 * so that no mail server re-encodes it and breaks its signature. The same report always has the same Message-ID and file name.
 *
 * @param from the author
 * @param delivery what is sent to whom
 * @param body the compressed document
 * @param date when the message is made
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ReportMessage(MailAddress from, Delivery delivery, byte[] body, Instant date) {
    private static final int LINE = 76;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private ReportIdentity identity() {
        return new ReportIdentity(
                from.domain(),
                delivery.domain(),
                ReportPeriod.ofDay(delivery.day()),
                ReportId.parse(delivery.reportId()).orElseThrow());
    }

    /** The header section without its last empty line, and the body. */
    byte[] octets() {
        ReportIdentity identity = identity();
        DomainName domain = delivery.domain();
        // The unique-id of the file name has letters and digits only, and the body has no line with them alone.
        String boundary = "=_" + delivery.reportId();
        String attachment = Base64.getMimeEncoder(LINE, CRLF).encodeToString(body);
        String day = PlannedReport.begin(delivery.day()).toString().substring(0, 10);
        String text = """
                From: %s
                To: %s
                Date: %s
                Message-ID: %s
                Subject: %s
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: multipart/mixed;
                 boundary="%s"

                This is a message in MIME format.
                --%s
                Content-Type: text/plain; charset=us-ascii

                This is a DMARC aggregate report (RFC 9990) about mail from
                %s
                that was received on %s (UTC): %s messages.
                The report is attached. It was made because the DMARC record of the
                domain names this address in its tag rua.
                --%s
                Content-Type: application/gzip;
                 name="%s"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment;
                 filename="%s"

                %s
                --%s--
                """.formatted(
                from,
                delivery.address(),
                DATE.format(date.atOffset(ZoneOffset.UTC)),
                identity.messageId(),
                // Folded, because the names of two domains may be longer than a line should be.
                identity.subject().replace(" Submitter:", "\n Submitter:").replace(" Report-ID:", "\n Report-ID:"),
                boundary,
                boundary,
                domain,
                day,
                delivery.messages(),
                boundary,
                identity.filename(),
                identity.filename(),
                "@",
                boundary);
        String crlf = text.replace("\n", "\r\n");
        int at = crlf.lastIndexOf("\r\n@\r\n") + CRLF.length;
        return (crlf.substring(0, at) + attachment + crlf.substring(at + 1)).getBytes(StandardCharsets.US_ASCII);
    }
}
