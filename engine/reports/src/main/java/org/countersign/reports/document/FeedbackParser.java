package org.countersign.reports.document;

import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.ElementCursor.Content;
import org.countersign.reports.document.ElementCursor.Stop;
import org.countersign.syntax.Ascii;

/** Reads the element {@code feedback} of one document, at which the cursor is, to its end. */
final class FeedbackParser {
    private static final long MAX_DAY = 25 * 3600L;
    private static final long MAX_PERIOD = 400 * 86_400L;
    // 2012-01-01
    private static final long FIRST_DMARC = 1_325_376_000L;
    private static final long MAX_AHEAD = 2 * 86_400L;
    private static final String OLD_NAMESPACE = "http://dmarc.org/dmarc-xml/";

    private static final Content FEEDBACK = Content.sequence(
                    "version", "report_metadata", "policy_published", "extension", "record")
            .repeating("record", "extension")
            .extended();
    private static final Content WRAPPER = Content.all().extended();
    private static final Content METADATA = Content.all(
                    "org_name",
                    "email",
                    "extra_contact_info",
                    "report_id",
                    "date_range",
                    "error",
                    "generator",
                    "begin",
                    "end")
            .repeating("error");
    private static final Content DATE_RANGE = Content.all("begin", "end");
    private static final Content POLICY =
            Content.all("domain", "discovery_method", "p", "sp", "np", "fo", "adkim", "aspf", "testing", "pct");

    private final ElementCursor cursor;
    private final ReportedWords words;
    private final RecordParser records;
    private final long now;

    private int metadataLine = 1;
    private int policyLine = 1;
    private String orgName = "";
    private String email = "";
    private String extraContactInfo = "";
    private String reportId = "";
    private String begin = "";
    private String end = "";
    private String error = "";
    private String generator = "";
    private String domain = "";
    private String discoveryMethod = "";
    private String p = "";
    private String sp = "";
    private String np = "";
    private String fo = "";
    private String adkim = "";
    private String aspf = "";
    private String testing = "";

    /** @param rowsBefore how many rows other reports have, which count towards the limit */
    FeedbackParser(ElementCursor cursor, Remarks remarks, ReadLimits limits, int rowsBefore, long now) {
        this.cursor = cursor;
        this.words = new ReportedWords(cursor);
        this.records = new RecordParser(cursor, words, remarks, limits.maxRows(), rowsBefore);
        this.now = now;
    }

    /**
     * The report, without the remarks.
     *
     * @throws Stop for a report that cannot be used
     */
    AggregateReport parse() throws XMLStreamException {
        if (schema() == ReportSchema.OTHER) {
            cursor.remark(RemarkKind.NAMESPACE, cursor.rootNamespace());
        }
        cursor.children(FEEDBACK, this::readFirstLevel);
        cursor.row(0);
        if (records.records() == 0) {
            cursor.remark(RemarkKind.NO_ROWS, "");
        }
        cursor.place(policyLine);
        PolicyPublished policy = policy();
        cursor.place(metadataLine);
        ReportPeriod period = period();
        reporter();
        cursor.place(0);
        List<ReportedRow> rows = records.rows().stream()
                .map(row -> row.headerFrom().isEmpty() ? withAuthor(row, policy.domain()) : row)
                .toList();
        return new AggregateReport(
                schema(),
                orgName,
                email,
                extraContactInfo,
                reportId,
                period,
                error,
                generator,
                policy,
                rows,
                records.messages(),
                records.leftOut(),
                List.of());
    }

    private boolean readFirstLevel(String name) throws XMLStreamException {
        switch (name) {
            case "version" -> readVersion();
            case "report_metadata" -> {
                metadataLine = cursor.line();
                cursor.children(METADATA, this::readMetadata);
            }
            case "policy_published" -> {
                policyLine = cursor.line();
                cursor.children(POLICY, this::readPolicy);
            }
            case "extension" -> cursor.skip();
            case "record" -> records.read();
            // Programs that write lists as a library gives them
            case "records", "report" -> {
                cursor.remark(RemarkKind.ELEMENT, name);
                cursor.children(WRAPPER, this::readFirstLevel);
            }
            // Broken XML: the one around it lacks its end tag. The reader of reports divides them.
            case "feedback" -> throw new XMLStreamException("a report begins within another one");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readVersion() throws XMLStreamException {
        String version = cursor.text();
        boolean first = version.startsWith("1")
                && version.substring(1).chars().allMatch(c -> c == '.' || c == '0')
                && version.indexOf('.') == version.lastIndexOf('.')
                && !version.startsWith("10");
        if (!first && !version.isEmpty()) {
            cursor.remark(RemarkKind.WORD, "version " + version);
        }
    }

    private boolean readMetadata(String name) throws XMLStreamException {
        switch (name) {
            case "org_name" -> orgName = cursor.text();
            case "email" -> email = withoutBrackets(cursor.text());
            case "extra_contact_info" -> extraContactInfo = cursor.text();
            case "report_id" -> reportId = withoutBrackets(cursor.text());
            case "date_range" -> cursor.children(DATE_RANGE, this::readDate);
            case "error" -> readError();
            case "generator" -> generator = ofRfc9990(name);
            case "begin", "end" -> {
                cursor.remark(RemarkKind.PLACE, name);
                return readDate(name);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readDate(String name) throws XMLStreamException {
        switch (name) {
            case "begin" -> begin = cursor.text();
            case "end" -> end = cursor.text();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readError() throws XMLStreamException {
        String text = cursor.text();
        if (error.length() + text.length() < ElementCursor.MAX_TEXT) {
            error = error.isEmpty() || text.isEmpty() ? error + text : error + "; " + text;
        } else {
            cursor.remark(RemarkKind.LONG_TEXT, "error");
        }
    }

    private boolean readPolicy(String name) throws XMLStreamException {
        switch (name) {
            case "domain" -> domain = cursor.text();
            case "discovery_method" -> discoveryMethod = ofRfc9990(name);
            case "p" -> p = cursor.text();
            case "sp" -> sp = cursor.text();
            case "np" -> np = ofRfc9990(name);
            case "fo" -> fo = cursor.text();
            case "adkim" -> adkim = cursor.text();
            case "aspf" -> aspf = cursor.text();
            case "testing" -> testing = ofRfc9990(name);
            case "pct" -> {
                // RFC 9990 appendix C: removed
                if (cursor.isOfRfc9990()) {
                    cursor.remark(RemarkKind.ELEMENT, name);
                }
                cursor.text();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    // An element that RFC 7489 does not have.
    private String ofRfc9990(String name) throws XMLStreamException {
        if (schema() == ReportSchema.RFC7489) {
            cursor.remark(RemarkKind.ELEMENT, name);
        }
        return cursor.text();
    }

    private ReportSchema schema() {
        String namespace = cursor.rootNamespace();
        if (cursor.isOfRfc9990()) {
            return ReportSchema.RFC9990;
        }
        return namespace.isEmpty() || namespace.startsWith(OLD_NAMESPACE) ? ReportSchema.RFC7489 : ReportSchema.OTHER;
    }

    private static String withoutBrackets(String text) {
        return text.length() > 2 && text.startsWith("<") && text.endsWith(">")
                ? text.substring(1, text.length() - 1).strip()
                : text;
    }

    private void reporter() {
        if (email.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, "email");
        }
        if (orgName.isEmpty()) {
            orgName = DomainName.parse(email.substring(email.lastIndexOf('@') + 1))
                    .map(DomainName::toString)
                    .orElse("");
            cursor.remark(orgName.isEmpty() ? RemarkKind.MISSING : RemarkKind.ORG_NAME, "org_name");
        }
        if (reportId.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, "report_id");
        } else if (cursor.isOfRfc9990() && ReportId.parse(reportId).isEmpty()) {
            cursor.remark(RemarkKind.REPORT_ID, "");
        }
    }

    private ReportPeriod period() {
        long from = instant("begin", begin, false);
        long to = instant("end", end, true);
        if (to < from) {
            throw new Stop(Refusal.BACKWARD_PERIOD, "from " + from + " to " + to);
        }
        if (from > now + MAX_AHEAD) {
            throw new Stop(Refusal.FUTURE_PERIOD, "from " + from);
        }
        if (to < FIRST_DMARC) {
            throw new Stop(Refusal.NO_PERIOD, "end is before 2012, when there was no DMARC: " + end);
        }
        if (to - from > MAX_PERIOD) {
            throw new Stop(Refusal.LONG_PERIOD, "from " + from + " to " + to);
        }
        if (to == from) {
            cursor.remark(RemarkKind.NO_LENGTH, "date_range");
        } else if (to - from > MAX_DAY) {
            cursor.remark(RemarkKind.LONG_PERIOD, "date_range");
        }
        return new ReportPeriod(from, to);
    }

    private long instant(String element, String text, boolean endsDay) {
        if (text.isEmpty()) {
            throw new Stop(Refusal.NO_PERIOD, element + " is missing or empty");
        }
        Numbers.Read read = Numbers.instant(text, endsDay)
                .filter(instant -> instant.value() >= 0)
                .orElseThrow(() -> new Stop(Refusal.NO_PERIOD, element + " is no instant: " + text));
        if (!read.canonical()) {
            cursor.remark(RemarkKind.NUMBER, element);
        }
        return read.value();
    }

    private PolicyPublished policy() {
        if (p.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, "p");
        }
        return new PolicyPublished(
                policyDomain(),
                words.parsePolicy("discovery_method", discoveryMethod, FeedbackParser::method),
                words.parsePolicy("p", p, ReportedWords::policy),
                words.parsePolicy("sp", sp, ReportedWords::policy),
                words.parsePolicy("np", np, ReportedWords::policy),
                words.parsePolicy("adkim", adkim, FeedbackParser::mode),
                words.parsePolicy("aspf", aspf, FeedbackParser::mode),
                fo,
                words.parsePolicy("testing", testing, FeedbackParser::flag));
    }

    private DomainName policyDomain() {
        if (domain.isEmpty()) {
            // The one Author Domain of all rows is at least within the policy domain.
            List<String> authors = records.rows().stream()
                    .map(ReportedRow::headerFrom)
                    .distinct()
                    .limit(2)
                    .toList();
            cursor.remark(RemarkKind.MISSING, "domain");
            return (authors.size() == 1 ? DomainName.parse(authors.getFirst()) : Optional.<DomainName>empty())
                    .orElseThrow(() -> new Stop(Refusal.NO_DOMAIN, ""));
        }
        String text = words.domain("policy_published domain", domain);
        if (Ascii.lower(text).startsWith("_dmarc.")) {
            cursor.remark(RemarkKind.DOMAIN, "policy_published domain");
            text = text.substring("_dmarc.".length());
        }
        return DomainName.parse(text).orElseThrow(() -> new Stop(Refusal.NO_DOMAIN, domain));
    }

    private static ReportedRow withAuthor(ReportedRow row, DomainName author) {
        return new ReportedRow(
                row.number(),
                row.sourceIp(),
                row.count(),
                row.disposition(),
                row.dkimAligned(),
                row.spfAligned(),
                row.reasons(),
                author.toString(),
                row.envelopeFrom(),
                row.envelopeTo(),
                row.results());
    }

    private static Optional<DiscoveryMethod> method(String word) {
        for (DiscoveryMethod method : DiscoveryMethod.values()) {
            if (method.keyword().equals(word)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    private static Optional<AlignmentMode> mode(String word) {
        return switch (word) {
            case "r" -> Optional.of(AlignmentMode.RELAXED);
            case "s" -> Optional.of(AlignmentMode.STRICT);
            default -> Optional.empty();
        };
    }

    private static Optional<Boolean> flag(String word) {
        return switch (word) {
            case "y" -> Optional.of(true);
            case "n" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
