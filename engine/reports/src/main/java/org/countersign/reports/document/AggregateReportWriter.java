package org.countersign.reports.document;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.IpNetwork;

/**
 * Writes an aggregate report row by row (RFC 9990 §3.1.1), so that a report of many rows is never in memory. Equal values give
 * equal octets. The result is valid by the schema of RFC 9990, appendix A, and its elements have the order of that schema.
 *
 * <p>For one thread.
 */
public final class AggregateReportWriter implements AutoCloseable {
    /** The namespace of reports (RFC 9990 §6.1). */
    static final String NAMESPACE = "urn:ietf:params:xml:ns:dmarc-2.0";

    // RFC 9990 §3.1.3
    static final int MAX_SIGNATURES = 100;

    private final BufferedWriter out;
    private final XMLStreamWriter xml;
    private long rows;

    /**
     * Writes the beginning of a report.
     *
     * @param out takes the document, and is closed with this writer
     * @throws IOException of the stream
     */
    public AggregateReportWriter(OutputStream out, ReportMetadata metadata, PolicyPublished policy) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        try {
            xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(this.out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("feedback");
            xml.writeDefaultNamespace(NAMESPACE);
            element("version", "1.0");
            write(metadata);
            write(policy);
        } catch (XMLStreamException e) {
            throw failure(e);
        }
    }

    /**
     * Writes one row.
     *
     * @throws IOException of the stream
     */
    public void write(ReportRow row) throws IOException {
        rows++;
        try {
            start("record");
            start("row");
            element("source_ip", IpNetwork.renderAddress(IpNetwork.plain(row.sourceIp())));
            element("count", Long.toString(row.count()));
            start("policy_evaluated");
            element("disposition", row.disposition().keyword());
            element("dkim", row.dkimAligned() ? "pass" : "fail");
            element("spf", row.spfAligned() ? "pass" : "fail");
            for (OverrideReason reason : row.reasons()) {
                start("reason");
                element("type", reason.type().keyword());
                optional("comment", reason.comment());
                end();
            }
            end();
            end();
            start("identifiers");
            element("header_from", row.headerFrom().toString());
            // RFC 9990 §3.1.1.10: the domain that SPF was applied to, and empty for the null reverse-path. Without such
            // domains SPF has no result, so that an empty element would claim a null reverse-path.
            if (row.envelopeFrom().isPresent() || row.spf().isPresent()) {
                element(
                        "envelope_from",
                        row.envelopeFrom().map(Object::toString).orElse(""));
            }
            optional("envelope_to", row.envelopeTo().map(Object::toString).orElse(""));
            end();
            start("auth_results");
            for (DkimAuthResult result : preferred(row)) {
                write(result);
            }
            if (row.spf().isPresent()) {
                write(row.spf().get());
            }
            end();
            end();
        } catch (XMLStreamException e) {
            throw failure(e);
        }
    }

    /**
     * Ends the document and closes the stream.
     *
     * @throws IllegalStateException if there is no row, since the schema demands one; the stream is closed
     * @throws IOException of the stream
     */
    @Override
    public void close() throws IOException {
        try (out) {
            if (rows == 0) {
                throw new IllegalStateException("a report has at least one row");
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.writeCharacters("\n");
            xml.close();
        } catch (XMLStreamException e) {
            throw failure(e);
        }
    }

    private void write(ReportMetadata metadata) throws XMLStreamException {
        start("report_metadata");
        element("org_name", metadata.orgName());
        element("email", metadata.email());
        optional("extra_contact_info", metadata.extraContactInfo());
        element("report_id", metadata.reportId().toString());
        start("date_range");
        element("begin", Long.toString(metadata.period().begin()));
        element("end", Long.toString(metadata.period().end()));
        end();
        optional("error", metadata.error());
        optional("generator", metadata.generator());
        end();
    }

    private void write(PolicyPublished policy) throws XMLStreamException {
        start("policy_published");
        element("domain", policy.domain().toString());
        // RFC 9989 §4.7: a record without p that asks for reports counts as p=none.
        element("p", policy.policy().orElse(DmarcPolicy.NONE).keyword());
        optional("sp", policy.subdomainPolicy().map(DmarcPolicy::keyword).orElse(""));
        optional("np", policy.nonexistentPolicy().map(DmarcPolicy::keyword).orElse(""));
        optional("adkim", policy.dkimAlignment().map(PolicyPublished::keyword).orElse(""));
        optional("aspf", policy.spfAlignment().map(PolicyPublished::keyword).orElse(""));
        optional(
                "discovery_method",
                policy.discoveryMethod().map(method -> method.keyword()).orElse(""));
        optional("fo", policy.failureReporting());
        optional("testing", policy.testing().map(testing -> testing ? "y" : "n").orElse(""));
        end();
    }

    private void write(DkimAuthResult result) throws XMLStreamException {
        start("dkim");
        element("domain", result.domain());
        element("selector", result.selector());
        element("result", result.result().keyword());
        optional("human_result", result.humanResult());
        end();
    }

    private void write(SpfAuthResult result) throws XMLStreamException {
        start("spf");
        element("domain", result.domain());
        element("scope", "mfrom");
        element("result", result.result().keyword());
        optional("human_result", result.humanResult());
        end();
    }

    // RFC 9990 §3.1.3. The row does not say which passes are aligned by relaxed rules, so these come in the order
    // given.
    private static List<DkimAuthResult> preferred(ReportRow row) {
        String author = row.headerFrom().toString();
        List<DkimAuthResult> results = new ArrayList<>(row.dkim());
        results.sort(Comparator.comparingInt(result ->
                result.result() != DkimResultType.PASS ? 2 : result.domain().equals(author) ? 0 : 1));
        return results.subList(0, Math.min(results.size(), MAX_SIGNATURES));
    }

    private void start(String name) throws XMLStreamException {
        if (name.equals("record") || name.equals("report_metadata") || name.equals("policy_published")) {
            xml.writeCharacters("\n");
        }
        xml.writeStartElement(name);
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    private void element(String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private void optional(String name, String text) throws XMLStreamException {
        if (!text.isEmpty()) {
            element(name, text);
        }
    }

    private static IOException failure(XMLStreamException e) {
        return Optional.ofNullable(e.getNestedException())
                .filter(IOException.class::isInstance)
                .map(IOException.class::cast)
                .orElseGet(() -> new IOException("the report cannot be written: " + e.getMessage(), e));
    }
}
