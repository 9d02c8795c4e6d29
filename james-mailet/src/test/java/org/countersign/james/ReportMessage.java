package org.countersign.james;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Messages with an aggregate report of sender.example about a domain. */
final class ReportMessage {
    static final String REPORTS = "dmarc@home.example";

    private ReportMessage() {}

    /** A message with one report, signed by the reporter. */
    static String signed(String id, String domain) {
        return InboundFixture.signed(of(id, domain));
    }

    /** The same without a signature. */
    static String of(String id, String domain) {
        return "From: Reports <dmarc@sender.example>\r\n"
                + "To: " + REPORTS + "\r\n"
                + "Subject: Report Domain: " + domain + " Submitter: sender.example Report-ID: <" + id + ">\r\n"
                + "Date: Mon, 23 Nov 2026 01:00:00 +0000\r\n"
                + "Message-ID: <" + id + "@sender.example>\r\n"
                + "Auto-Submitted: auto-generated\r\n"
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: application/gzip\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "\r\n"
                + Base64.getMimeEncoder().encodeToString(gzip(xml(id, domain)))
                + "\r\n";
    }

    /** A day of 5 messages, 2026-11-22. */
    private static String xml(String id, String domain) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
                  <version>1.0</version>
                  <report_metadata><org_name>Sender</org_name><email>dmarc@sender.example</email><report_id>%1$s</report_id>
                    <date_range><begin>1795305600</begin><end>1795391999</end></date_range></report_metadata>
                  <policy_published><domain>%2$s</domain><p>reject</p></policy_published>
                  <record>
                    <row><source_ip>203.0.113.9</source_ip><count>5</count>
                      <policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
                    <identifiers><header_from>%2$s</header_from></identifiers>
                    <auth_results><spf><domain>%2$s</domain><scope>mfrom</scope><result>fail</result></spf></auth_results>
                  </record>
                </feedback>
                """.formatted(id, domain);
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
