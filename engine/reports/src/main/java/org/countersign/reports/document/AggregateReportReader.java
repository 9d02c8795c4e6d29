package org.countersign.reports.document;

import java.io.IOException;
import java.io.Reader;
import java.time.InstantSource;
import java.util.ArrayList;
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
    private static final int MAX_ERROR = 200;
    private static final int MAX_REPORTS = 100;

    private final ReadLimits limits;
    private final InstantSource clock;

    /** @param clock tells which periods are in the future */
    public AggregateReportReader(ReadLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Reads a document. It should have one report; if it has several, each is read by itself.
     *
     * @return what came of each report, in their order; for a document without one, why
     * @throws IOException of the source, for example if it is packed and damaged
     */
    public List<ReadResult> read(ReportSource source) throws IOException {
        return read(source, 0);
    }

    /**
     * Reads a document like {@link #read(ReportSource)}.
     *
     * @param rowsBefore how many rows are in memory already, which count towards the limit
     */
    public List<ReadResult> read(ReportSource source, int rowsBefore) throws IOException {
        try (DocumentReader document = DocumentReader.open(source, limits.maxOctets(), true)) {
            Attempt whole = new Attempt(new Remarks(), 0, rowsBefore);
            whole.read(document, true);
            if (!whole.isRead() || whole.lineAfter > 0) {
                return divided(source, whole);
            }
            whole.complete(document);
            return List.of(whole.result());
        } catch (RefusedDocument e) {
            return List.of(e.result());
        }
    }

    /** Looks for all reports in a document of which the first cannot be read as it is, or has something behind it. */
    private List<ReadResult> divided(ReportSource source, Attempt whole) throws IOException {
        try (DocumentReader document = DocumentReader.open(source, limits.maxOctets(), false);
                RepairingReader repairing = new RepairingReader(document, whole.isRead())) {
            List<Attempt> attempts = attempts(repairing, whole);
            if (attempts.isEmpty() && !whole.isDecided()) {
                return List.of(withoutReport(repairing.dropped(), whole));
            }
            if (attempts.isEmpty()) {
                attempts.add(whole);
            }
            Attempt last = attempts.getLast();
            if ((attempts.size() == 1 && whole.isRead()) || !repairing.isProlog()) {
                last.remarks.add(RemarkKind.TEXT_AFTER_REPORT, "", 0, last.lineAfter);
            }
            for (Attempt attempt : attempts) {
                attempt.complete(document);
                if (attempts.size() > 1) {
                    attempt.remarks.add(RemarkKind.SEVERAL_REPORTS, "", 0, 1 + attempt.linesBefore);
                }
            }
            return attempts.stream().map(Attempt::result).toList();
        }
    }

    private List<Attempt> attempts(RepairingReader repairing, Attempt whole) throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        int rows = whole.rowsBefore;
        Remarks remarks = new Remarks();
        while (repairing.next(remarks)) {
            int number = attempts.size() + 1;
            if (number > MAX_REPORTS + 1) {
                continue;
            }
            Attempt attempt =
                    number == 1 && whole.isDecided() ? whole : new Attempt(remarks, repairing.line() - 1, rows);
            if (number > MAX_REPORTS) {
                attempt.refused = List.of(new Refused(Refusal.TOO_MANY_REPORTS, "from line " + repairing.line()));
            } else if (attempt != whole) {
                attempt.readRepaired(repairing, number == 1 ? whole.error : "");
            }
            attempts.add(attempt);
            rows += attempt.rows();
            remarks = new Remarks();
        }
        return attempts;
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

    /** One pass over a report. */
    private final class Attempt {
        private final Remarks remarks;
        private final int linesBefore;
        private final int rowsBefore;
        private List<AggregateReport> reports = List.of();
        private List<Refused> refused = List.of();
        private String root = "";
        private String error = "";
        private String repaired = "";
        // Where something follows the report, or the report ends; 0 if it is not known.
        private int lineAfter;

        /**
         * @param linesBefore the number of lines before the report
         * @param rowsBefore the number of rows in the reports before, which count too
         */
        private Attempt(Remarks remarks, int linesBefore, int rowsBefore) {
            this.remarks = remarks;
            this.linesBefore = linesBefore;
            this.rowsBefore = rowsBefore;
        }

        private boolean isRead() {
            return !reports.isEmpty();
        }

        /** Whether a repair would change nothing. */
        private boolean isDecided() {
            return isRead() || !refused.isEmpty();
        }

        private int rows() {
            return isRead() ? reports.getFirst().rows().size() : 0;
        }

        /** Adds what is known only after the reading. */
        private void complete(DocumentReader document) {
            if (document.isContradictory()) {
                remarks.add(RemarkKind.ENCODING, "", 0, 1);
            }
            if (remarks.isEmpty() && !repaired.isEmpty()) {
                remarks.add(RemarkKind.REPAIRED, repaired, 0, 1);
            }
        }

        private ReadResult result() {
            return isRead() ? new Read(reports.getFirst().withRemarks(remarks.list())) : refused.getFirst();
        }

        /** @param problem what the parser found without a repair */
        private void readRepaired(RepairingReader repairing, String problem) throws IOException {
            read(repairing, false);
            repairing.skipRest();
            lineAfter = repairing.line();
            repaired = problem;
            if (!isDecided()) {
                // The parser speaks of entities, which tells a person nothing about a report that was cut off.
                refused = List.of(new Refused(
                        Refusal.MALFORMED,
                        repairing.hasEnd()
                                ? Escapes.printable(error, MAX_ERROR)
                                : "line " + lineAfter
                                        + ": the report ends here without its end tag, so it was cut off"));
            }
        }

        private void read(Reader characters, boolean namespaces) throws IOException {
            try {
                parse(new MarkupGuard(characters), namespaces);
            } catch (ElementCursor.Stop stop) {
                refused = List.of(stop.result());
            } catch (RefusedDocument e) {
                if (e.isOfWholeDocument()) {
                    throw e;
                }
                if (!isRead()) {
                    refused = List.of(e.result());
                }
            }
        }

        // A failure of the reader below the parser comes wrapped, and is thrown as it was.
        private void parse(Reader characters, boolean namespaces) throws IOException {
            RememberedFailures failures = new RememberedFailures(characters);
            try {
                XMLStreamReader xml = factory(namespaces).createXMLStreamReader(failures);
                ElementCursor cursor = new ElementCursor(xml, remarks, linesBefore);
                root = cursor.root();
                if (root.equals("feedback")) {
                    reports = List.of(new FeedbackParser(
                                    cursor,
                                    remarks,
                                    limits,
                                    rowsBefore,
                                    clock.instant().getEpochSecond())
                            .parse());
                    int end = cursor.line();
                    lineAfter = cursor.hasMore() ? end : 0;
                    failures.rethrow();
                }
            } catch (XMLStreamException e) {
                failures.rethrow();
                int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
                error = "line " + (linesBefore + Math.max(line, 1)) + ": "
                        + firstLine(Objects.toString(e.getMessage()));
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
