package org.countersign.reports.document;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import org.countersign.reports.document.ElementCursor.Content;
import org.countersign.syntax.Ascii;

/**
 * Reads the records of one document. A record that cannot be used is left out with a remark, and the others are kept. Equal parts
 * of records are one object, because large reports have many.
 */
final class RecordParser {
    private static final int MAX_RESULTS = 100;
    private static final int MAX_SHARED = 100_000;
    private static final int MAX_SELECTOR = 255;

    private static final Content RECORD =
            Content.sequence("row", "identifiers", "auth_results").extended();
    private static final Content ROW = Content.all("source_ip", "count", "policy_evaluated");
    private static final Content EVALUATED =
            Content.sequence("disposition", "dkim", "spf", "reason").repeating("reason");
    private static final Content REASON = Content.all("type", "comment");
    private static final Content IDENTIFIERS = Content.all("header_from", "envelope_from", "envelope_to");
    private static final Content DKIM = Content.all("domain", "selector", "result", "human_result");
    private static final Content SPF = Content.all("domain", "scope", "result", "human_result");
    // RFC 7489 has several results of SPF, one for each scope.
    private static final Content RESULTS = Content.sequence("dkim", "spf").repeating("dkim");
    private static final Content OLD_RESULTS = Content.sequence("dkim", "spf").repeating("dkim", "spf");

    private final ElementCursor cursor;
    private final ReportedWords words;
    private final Remarks remarks;
    private final int maxRows;
    private final int rowsBefore;
    private final Map<Object, Object> shared = new HashMap<>();
    private final List<ReportedRow> rows = new ArrayList<>();
    private int records;
    private long messages;
    private long leftOut;

    RecordParser(ElementCursor cursor, ReportedWords words, Remarks remarks, int maxRows, int rowsBefore) {
        this.cursor = cursor;
        this.words = words;
        this.remarks = remarks;
        this.maxRows = maxRows;
        this.rowsBefore = rowsBefore;
    }

    /** The text of a record, before it is known whether it counts. */
    private static final class Raw {
        private String sourceIp = "";
        private String count = "";
        private String disposition = "";
        private String dkim = "";
        private String spf = "";
        private String headerFrom = "";
        private boolean hasEnvelopeFrom;
        private String envelopeFrom = "";
        private String envelopeTo = "";
        private boolean hasResults;
        private final List<String[]> reasons = new ArrayList<>();
        private final List<ReportedResult> dkimResults = new ArrayList<>();
        private final List<ReportedResult> spfResults = new ArrayList<>();
    }

    List<ReportedRow> rows() {
        return rows;
    }

    int records() {
        return records;
    }

    long messages() {
        return messages;
    }

    long leftOut() {
        return leftOut;
    }

    /** Reads the record at which the cursor is. */
    void read() throws XMLStreamException {
        if (rowsBefore + records >= maxRows) {
            throw new ElementCursor.Stop(
                    Refusal.TOO_MANY_ROWS,
                    "the bound is " + maxRows + (rowsBefore == 0 ? "" : ", for all reports of the message together"));
        }
        int number = ++records;
        int outer = cursor.row();
        cursor.row(number);
        Raw raw = new Raw();
        cursor.children(RECORD, name -> {
            switch (name) {
                case "row" -> readRow(raw);
                case "identifiers" -> readIdentifiers(raw);
                case "auth_results" -> readResults(raw);
                case "record" -> {
                    cursor.remark(RemarkKind.PLACE, "record");
                    read();
                    cursor.row(number);
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        finish(number, raw);
        cursor.row(outer);
    }

    private void readRow(Raw raw) throws XMLStreamException {
        cursor.children(ROW, name -> {
            switch (name) {
                case "source_ip" -> raw.sourceIp = cursor.text();
                case "count" -> raw.count = cursor.text();
                case "policy_evaluated" -> readEvaluated(raw);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void readEvaluated(Raw raw) throws XMLStreamException {
        cursor.children(EVALUATED, name -> {
            switch (name) {
                case "disposition" -> raw.disposition = cursor.text();
                case "dkim" -> raw.dkim = cursor.text();
                case "spf" -> raw.spf = cursor.text();
                case "reason" -> readReason(raw);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void readReason(Raw raw) throws XMLStreamException {
        String[] reason = {"", "", ""};
        reason[2] = cursor.children(REASON, name -> {
            switch (name) {
                case "type" -> reason[0] = cursor.text();
                case "comment" -> reason[1] = cursor.text();
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (raw.reasons.size() < MAX_RESULTS) {
            raw.reasons.add(reason);
        } else {
            cursor.remark(RemarkKind.RESULTS, "reason");
        }
    }

    private void readIdentifiers(Raw raw) throws XMLStreamException {
        cursor.children(IDENTIFIERS, name -> {
            switch (name) {
                case "header_from" -> raw.headerFrom = cursor.text();
                case "envelope_from" -> {
                    raw.hasEnvelopeFrom = true;
                    raw.envelopeFrom = cursor.text();
                }
                case "envelope_to" -> raw.envelopeTo = cursor.text();
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void readResults(Raw raw) throws XMLStreamException {
        raw.hasResults = true;
        cursor.children(cursor.isOfRfc9990() ? RESULTS : OLD_RESULTS, name -> {
            switch (name) {
                case "dkim" -> readResult(ReportedResult.Method.DKIM, raw.dkimResults, raw);
                case "spf" -> readResult(ReportedResult.Method.SPF, raw.spfResults, raw);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void readResult(ReportedResult.Method method, List<ReportedResult> results, Raw raw)
            throws XMLStreamException {
        String[] text = {"", "", "", "", ""};
        boolean dkim = method == ReportedResult.Method.DKIM;
        cursor.children(dkim ? DKIM : SPF, name -> {
            switch (name) {
                case "domain" -> text[0] = cursor.text();
                case "selector" -> {
                    if (!dkim) {
                        return false;
                    }
                    text[1] = cursor.text();
                }
                case "scope" -> {
                    if (dkim) {
                        return false;
                    }
                    text[2] = cursor.text();
                }
                case "result" -> text[3] = cursor.text();
                case "human_result" -> text[4] = cursor.text();
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (raw.dkimResults.size() + raw.spfResults.size() == MAX_RESULTS) {
            cursor.remark(RemarkKind.RESULTS, method.keyword());
            return;
        }
        // The words are read later, as a null report has empty ones.
        results.add(new ReportedResult(method, text[0], text[1], text[2], text[3], text[4]));
    }

    private void finish(int number, Raw raw) {
        Optional<Numbers.Read> count = Numbers.integer(raw.count);
        if (count.isPresent() && count.get().value() == 0) {
            // The record of a report that says: nothing came.
            return;
        }
        Optional<InetAddress> address = address(raw.sourceIp);
        if (address.isEmpty()
                || count.isEmpty()
                || count.get().value() < 0
                || count.get().value() > Numbers.MAX_COUNT) {
            RemarkKind kind = raw.sourceIp.isEmpty()
                    ? RemarkKind.NO_ADDRESS
                    : address.isEmpty() ? RemarkKind.BAD_ADDRESS : RemarkKind.BAD_COUNT;
            String subject = kind == RemarkKind.BAD_COUNT ? raw.count : raw.sourceIp;
            remarks.addForRow(kind, subject, number, cursor.line());
            leftOut++;
            return;
        }
        if (!count.get().canonical()) {
            cursor.remark(RemarkKind.NUMBER, "count");
        }
        if (raw.headerFrom.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, "header_from");
        }
        if (!raw.hasResults) {
            cursor.remark(RemarkKind.MISSING, "auth_results");
        }
        messages += count.get().value();
        rows.add(new ReportedRow(
                number,
                share(address.get()),
                count.get().value(),
                words.parse("disposition", raw.disposition, Disposition::ofKeyword)
                        .orElse(Disposition.NONE),
                isPass("policy_evaluated dkim", raw.dkim),
                isPass("policy_evaluated spf", raw.spf),
                share(reasons(raw)),
                share(words.domain("header_from", raw.headerFrom)),
                raw.hasEnvelopeFrom
                        ? share(Optional.of(words.domain("envelope_from", raw.envelopeFrom)))
                        : Optional.empty(),
                share(words.domain("envelope_to", raw.envelopeTo)),
                share(results(raw))));
    }

    private boolean isPass(String element, String written) {
        return words.parse(element, written, word -> switch (word) {
                    case "pass" -> Optional.of(true);
                    case "fail" -> Optional.of(false);
                    default -> Optional.empty();
                })
                .orElse(false);
    }

    private List<ReportedReason> reasons(Raw raw) {
        List<ReportedReason> reasons = new ArrayList<>();
        for (String[] written : raw.reasons) {
            String type = written[0];
            String comment = written[1];
            if (type.isEmpty()) {
                cursor.remark(RemarkKind.REASON, "");
                boolean word = isReason(Ascii.lower(written[2]));
                type = word ? written[2] : "";
                comment = comment.isEmpty() && !word ? written[2] : comment;
            }
            if (!type.isEmpty() || !comment.isEmpty()) {
                String word = words.word(type);
                boolean known = cursor.isOfRfc9990()
                        ? PolicyOverrideType.ofKeyword(word).isPresent()
                        : isReason(word);
                if (!known && !word.isEmpty()) {
                    cursor.remark(RemarkKind.WORD, "reason type " + word);
                }
                reasons.add(new ReportedReason(word, comment));
            }
        }
        return List.copyOf(reasons);
    }

    // RFC 7489 appendix C has two more types.
    private static boolean isReason(String word) {
        return PolicyOverrideType.ofKeyword(word).isPresent() || word.equals("forwarded") || word.equals("sampled_out");
    }

    private List<ReportedResult> results(Raw raw) {
        List<ReportedResult> results = new ArrayList<>(raw.dkimResults.size() + raw.spfResults.size());
        for (ReportedResult result : raw.dkimResults) {
            if (isEmpty(result)) {
                continue;
            }
            requirePresent("dkim domain", result.domain());
            if (cursor.isOfRfc9990()) {
                requirePresent("dkim selector", result.selector());
            }
            results.add(read(result, words.dkimResult(result.result())));
        }
        for (ReportedResult result : raw.spfResults) {
            if (isEmpty(result)) {
                continue;
            }
            requirePresent("spf domain", result.domain());
            if (cursor.rootNamespace().isEmpty()) {
                requirePresent("spf scope", result.scope());
            }
            results.add(read(result, words.spfResult(result.result())));
        }
        return List.copyOf(results);
    }

    private boolean isEmpty(ReportedResult result) {
        boolean empty = result.domain().isEmpty()
                && result.selector().isEmpty()
                && result.result().isEmpty();
        if (empty) {
            cursor.remark(RemarkKind.MISSING, result.method().keyword());
        }
        return empty;
    }

    private void requirePresent(String element, String text) {
        if (text.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, element);
        }
    }

    private ReportedResult read(ReportedResult raw, String result) {
        String scope = words.word(raw.scope());
        boolean known = scope.isEmpty() || scope.equals("mfrom") || (scope.equals("helo") && !cursor.isOfRfc9990());
        if (!known) {
            cursor.remark(RemarkKind.WORD, "spf scope " + scope);
        }
        return new ReportedResult(
                raw.method(),
                words.domain(raw.method().keyword() + " domain", raw.domain()),
                XmlText.cleaned(raw.selector(), MAX_SELECTOR),
                scope,
                result,
                raw.humanResult());
    }

    private Optional<InetAddress> address(String written) {
        Optional<SourceAddress> address = SourceAddress.parse(written);
        if (address.filter(found -> !found.plain()).isPresent()) {
            cursor.remark(RemarkKind.ADDRESS, "source_ip");
        }
        return address.map(SourceAddress::address);
    }

    // Bounded, so that a report of different rows does not cost twice.
    @SuppressWarnings("unchecked")
    private <T> T share(T value) {
        if (shared.size() >= MAX_SHARED) {
            return value;
        }
        Object known = shared.putIfAbsent(value, value);
        return known == null ? value : (T) known;
    }
}
