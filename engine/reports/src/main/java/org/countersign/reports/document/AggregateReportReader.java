package org.countersign.reports.document;

import java.io.IOException;
import java.io.Reader;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.countersign.reports.document.ReadResult.Read;
import org.countersign.reports.document.ReadResult.Refused;
import org.countersign.syntax.BoundedText;
import org.countersign.syntax.Escapes;

/**
 * Reads aggregate reports of any system (RFC 9990, RFC 7489). Elements are found by their local names, in any namespace and any
 * order, and each deviation from the format is a remark. Broken XML is repaired once, see {@link RepairingReader}. A document with
 * a document type declaration is refused before a parser sees it.
 *
 * <p>The work is bounded by the size of the document, which is bounded itself, and by the number of its elements. Memory is needed
 * for the rows alone. Nothing outside the document is read.
 *
 * <p>Immutable, and usable by several threads at once.
 */
public final class AggregateReportReader {
    private static final int MAX_SHOWN = 20;

    private final ReadLimits limits;
    private final InstantSource clock;

    /** @param clock tells which periods are in the future */
    public AggregateReportReader(ReadLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Reads a document.
     *
     * @throws IOException of the source, for example if it is packed and damaged
     */
    public ReadResult read(ReportSource source) throws IOException {
        try {
            Attempt attempt = new Attempt(new Remarks());
            return attempt.read(source) ? new Read(attempt.report()) : repaired(source, attempt);
        } catch (RefusedDocument e) {
            return e.result();
        } catch (ElementCursor.Stop e) {
            return e.result();
        }
    }

    private ReadResult repaired(ReportSource source, Attempt failed) throws IOException {
        Remarks remarks = new Remarks();
        try (DocumentReader document = DocumentReader.open(source, limits.maxOctets(), false);
                RepairingReader repairing = new RepairingReader(document, remarks)) {
            Attempt attempt = new Attempt(remarks);
            boolean read = attempt.parse(new MarkupGuard(repairing), false);
            repairing.drain();
            if (read) {
                attempt.addContradiction(document);
                if (remarks.isEmpty()) {
                    remarks.add(RemarkKind.REPAIRED, failed.error, 0, 1);
                }
                return new Read(attempt.report());
            }
            if (repairing.hasReport()) {
                // The parser speaks of entities, which tells a person nothing about a report that was cut off.
                return new Refused(
                        Refusal.MALFORMED,
                        repairing.hasEnd()
                                ? Escapes.printable(attempt.error, 200)
                                : "line " + repairing.line()
                                        + ": the report ends here without its end tag, so it was cut off");
            }
            return withoutReport(repairing.dropped(), failed);
        }
    }

    private static Refused withoutReport(String begin, Attempt failed) {
        String text = begin.strip();
        if (!text.startsWith("<")) {
            return new Refused(
                    Refusal.NOT_XML,
                    text.isEmpty() ? "there is no content" : "the content begins with `" + firstWord(text) + "`");
        }
        return new Refused(
                Refusal.NOT_A_REPORT,
                failed.root.isEmpty()
                        ? "the content begins with `" + firstWord(text) + "`"
                        : "the first element is `" + Escapes.printable(failed.root, MAX_SHOWN) + "`");
    }

    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return Escapes.printable(BoundedText.truncate(text.substring(0, end), MAX_SHOWN));
    }

    /** One pass over a document. */
    private final class Attempt {
        private final Remarks remarks;
        private List<AggregateReport> reports = List.of();
        private String root = "";
        private String error = "";

        private Attempt(Remarks remarks) {
            this.remarks = remarks;
        }

        /** Whether the document is a report without a repair. */
        private boolean read(ReportSource source) throws IOException {
            try (DocumentReader document = DocumentReader.open(source, limits.maxOctets(), true)) {
                boolean read = parse(new MarkupGuard(document), true);
                addContradiction(document);
                return read;
            }
        }

        private void addContradiction(DocumentReader document) {
            if (document.isContradictory()) {
                remarks.add(RemarkKind.ENCODING, "", 0, 1);
            }
        }

        private AggregateReport report() {
            return reports.getFirst().withRemarks(remarks.list());
        }

        // A failure of the reader below the parser comes wrapped, and is thrown as it was.
        private boolean parse(Reader characters, boolean namespaces) throws IOException {
            RememberedFailures failures = new RememberedFailures(characters);
            try {
                XMLStreamReader xml = factory(namespaces).createXMLStreamReader(failures);
                ElementCursor cursor = new ElementCursor(xml, remarks);
                root = cursor.root();
                if (!root.equals("feedback")) {
                    return false;
                }
                reports = List.of(new FeedbackParser(
                                cursor, remarks, limits, clock.instant().getEpochSecond())
                        .parse());
                if (cursor.hasMore()) {
                    remarks.add(RemarkKind.TEXT_AFTER_REPORT, "", 0, cursor.line());
                }
                failures.rethrow();
                return true;
            } catch (XMLStreamException e) {
                failures.rethrow();
                error = "line "
                        + Math.max(e.getLocation() == null ? 1 : e.getLocation().getLineNumber(), 1) + ": "
                        + firstLine(Objects.toString(e.getMessage()));
                return false;
            }
        }

        // The parser's messages repeat the place in a line of their own.
        private static String firstLine(String message) {
            int colon = message.lastIndexOf("Message: ");
            return message.substring(colon < 0 ? 0 : colon + "Message: ".length());
        }
    }

    private static XMLInputFactory factory(boolean namespaces) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, namespaces);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        // Java 25 counts text with references as the content of an entity. Without declarations there are no other
        // entities.
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", 0);
        factory.setProperty("jdk.xml.totalEntitySizeLimit", 0);
        return factory;
    }
}
