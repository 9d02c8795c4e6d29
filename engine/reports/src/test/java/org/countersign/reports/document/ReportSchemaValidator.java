package org.countersign.reports.document;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.util.Objects;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** Validates reports by the schema of RFC 9990, appendix A. */
public final class ReportSchemaValidator {
    private final Schema schema;

    public ReportSchemaValidator() {
        try {
            schema = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                    .newSchema(url());
        } catch (SAXException e) {
            throw new IllegalStateException("the schema of RFC 9990", e);
        }
    }

    /** The schema as a file. */
    public static URL url() {
        return Objects.requireNonNull(ReportSchemaValidator.class.getResource("rfc9990.xsd"));
    }

    /** Why a document is invalid; empty if it is valid. */
    public Optional<String> error(byte[] document) {
        try {
            schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(document)));
            return Optional.empty();
        } catch (SAXException e) {
            return Optional.of(Objects.toString(e.getMessage()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
