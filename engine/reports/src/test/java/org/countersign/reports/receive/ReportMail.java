package org.countersign.reports.receive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes reports, archives and messages for tests. */
final class ReportMail {
    private final List<String> fields = new ArrayList<>(List.of(
            "Received: from mx.receiver.example (mx.receiver.example [198.51.100.9]) by mx.example.org with ESMTPS;"
                    + " Thu, 24 Sep 2026 02:11:00 +0000",
            "From: Reports <dmarc@receiver.example>",
            "To: dmarc@example.org",
            "Date: Thu, 24 Sep 2026 02:10:58 +0000",
            "Message-ID: <r1@receiver.example>",
            "Subject: Report Domain: example.org Submitter: receiver.example Report-ID: <r1>",
            "MIME-Version: 1.0"));
    private final List<String> parts = new ArrayList<>();
    private String subtype = "mixed";
    private String boundary = "=_b";

    /** A report of receiver.example about 2026-09-23. */
    static String xml(String id, String domain, int messages) {
        return xml("receiver.example", id, domain, 1_790_121_600L, messages);
    }

    static String xml(String reporter, String id, String domain, long begin, int messages) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
                  <version>1.0</version>
                  <report_metadata><org_name>%s</org_name><email>dmarc@%s</email><report_id>%s</report_id>
                    <date_range><begin>%d</begin><end>%d</end></date_range></report_metadata>
                  <policy_published><domain>%s</domain><p>none</p></policy_published>
                  <record>
                    <row><source_ip>192.0.2.10</source_ip><count>%d</count>
                      <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
                    <identifiers><header_from>example.org</header_from></identifiers>
                    <auth_results><dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>
                      <spf><domain>example.net</domain><scope>mfrom</scope><result>pass</result></spf></auth_results>
                  </record>
                </feedback>
                """.formatted(reporter, reporter, id, begin, begin + 86_399, domain, messages);
    }

    static String xml() {
        return xml("r1", "example.org", 3);
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** A ZIP file. */
    static byte[] zip(Member... members) {
        return zip(StandardCharsets.UTF_8, members);
    }

    /** A ZIP file with names in an encoding. Only names in UTF-8 are marked as such. */
    static byte[] zip(Charset names, Member... members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out, names)) {
            for (Member member : members) {
                zip.putNextEntry(new ZipEntry(member.name()));
                zip.write(member.content());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Member(String name, byte[] content) {}

    static byte[] concat(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    /** Replaces a field, or adds one below the others. */
    ReportMail field(String name, String value) {
        fields.removeIf(field -> field.startsWith(name + ":"));
        fields.add(name + ": " + value);
        return this;
    }

    /** Adds the field of a mail server or milter above the others. */
    ReportMail onTop(String field) {
        fields.addFirst(field);
        return this;
    }

    ReportMail results(String authservId, String dmarc, String from) {
        fields.add(1, "Authentication-Results: " + authservId + "; dmarc=" + dmarc + " header.from=" + from);
        return this;
    }

    ReportMail multipart(String type) {
        subtype = type;
        return this;
    }

    /** For a message inside another one. */
    ReportMail boundary(String text) {
        boundary = text;
        return this;
    }

    ReportMail part(String fieldsAndBody) {
        parts.add(fieldsAndBody);
        return this;
    }

    ReportMail text(String text) {
        return part("Content-Type: text/plain; charset=us-ascii\r\n\r\n" + text);
    }

    ReportMail attach(String type, String name, byte[] content) {
        return part("Content-Type: " + type + "; name=\"" + name + "\"\r\n"
                + "Content-Disposition: attachment; filename=\"" + name + "\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(content));
    }

    ReportMail report(String xml) {
        return attach(
                "application/gzip", "receiver.example!example.org!1790121600!1790207999.xml.gz", gzip(octets(xml)));
    }

    String text() {
        StringBuilder text = new StringBuilder(String.join("\r\n", fields))
                .append("\r\nContent-Type: multipart/")
                .append(subtype)
                .append("; boundary=\"")
                .append(boundary)
                .append("\"\r\n\r\nThis is a message in parts.\r\n");
        parts.forEach(part ->
                text.append("--").append(boundary).append("\r\n").append(part).append("\r\n"));
        return text.append("--").append(boundary).append("--\r\n").toString();
    }

    byte[] octets() {
        return octets(text());
    }

    /** A message whose body is one content. */
    byte[] whole(String contentFields, String body) {
        return octets(String.join("\r\n", fields) + "\r\n" + contentFields + "\r\n\r\n" + body);
    }
}
