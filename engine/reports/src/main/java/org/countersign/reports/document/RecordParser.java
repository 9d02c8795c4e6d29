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

    private static final Content RECORD = Content.sequence("row", "identifiers", "auth_results")
            .repeating("row")
            .extended();
    private static final Content ROW = Content.all("source_ip", "count", "policy_evaluated");
    private static final Content EVALUATED =
            Content.sequence("disposition", "dkim", "spf", "reason").repeating("reason");
    private static final Content REASON = Content.all("type", "comment");
    private static final Content IDENTIFIERS = Content.all("header_from", "envelope_from", "envelope_to");

    private final ElementCursor cursor;
    private final ReportedWords words;
    private final Remarks remarks;
    private final ResultsParser results;
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
        this.results = new ResultsParser(cursor, words);
        this.maxRows = maxRows;
        this.rowsBefore = rowsBefore;
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
        int number = nextNumber();
        int outer = cursor.row();
        cursor.row(number);
        RawRecord raw = new RawRecord();
        cursor.children(RECORD, name -> {
            switch (name) {
                case "row" -> {
                    if (!raw.rows.isEmpty() && cursor.isForeign()) {
                        return false;
                    }
                    readRow(raw, number);
                }
                case "identifiers" -> readIdentifiers(raw);
                case "auth_results" -> results.read(raw);
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
        if (raw.rows.isEmpty()) {
            raw.rows.add(new RawRecord.Row(number));
        }
        finish(raw);
        cursor.row(outer);
    }

    private int nextNumber() {
        if (rowsBefore + records >= maxRows) {
            throw new ElementCursor.Stop(
                    Refusal.TOO_MANY_ROWS,
                    "the bound is " + maxRows + (rowsBefore == 0 ? "" : ", for all reports of the message together"));
        }
        return ++records;
    }

    private void readRow(RawRecord raw, int number) throws XMLStreamException {
        boolean first = raw.rows.isEmpty();
        if (!first) {
            cursor.remark(RemarkKind.SEVERAL_ROWS, "record");
        }
        RawRecord.Row row = new RawRecord.Row(first ? number : nextNumber());
        raw.rows.add(row);
        cursor.row(row.number);
        cursor.children(ROW, name -> {
            switch (name) {
                case "source_ip" -> row.sourceIp = cursor.text();
                case "count" -> row.count = cursor.text();
                case "policy_evaluated" -> readEvaluated(row);
                default -> {
                    return false;
                }
            }
            return true;
        });
        cursor.row(number);
    }

    private void readEvaluated(RawRecord.Row row) throws XMLStreamException {
        cursor.children(EVALUATED, name -> {
            switch (name) {
                case "disposition" -> row.disposition = cursor.text();
                case "dkim" -> row.dkim = cursor.text();
                case "spf" -> row.spf = cursor.text();
                case "reason" -> readReason(row);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void readReason(RawRecord.Row row) throws XMLStreamException {
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
        if (row.reasons.size() < MAX_RESULTS) {
            row.reasons.add(reason);
        } else {
            cursor.remark(RemarkKind.RESULTS, "reason");
        }
    }

    private void readIdentifiers(RawRecord raw) throws XMLStreamException {
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

    /** A row that counts. */
    private record Counted(RawRecord.Row raw, InetAddress address, Numbers.Read count) {}

    private void finish(RawRecord raw) {
        List<Counted> counted =
                raw.rows.stream().map(this::counted).flatMap(Optional::stream).toList();
        if (counted.isEmpty()) {
            return;
        }
        if (raw.headerFrom.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, "header_from");
        }
        if (!raw.hasResults) {
            cursor.remark(RemarkKind.MISSING, "auth_results");
        }
        List<Evaluated> evaluated =
                counted.stream().map(row -> evaluated(row.raw())).toList();
        String headerFrom = share(words.domain("header_from", raw.headerFrom));
        Optional<String> envelopeFrom = raw.hasEnvelopeFrom
                ? share(Optional.of(words.domain("envelope_from", raw.envelopeFrom)))
                : Optional.empty();
        String envelopeTo = share(words.domain("envelope_to", raw.envelopeTo));
        List<ReportedResult> authResults = share(results.of(raw));
        for (int i = 0; i < counted.size(); i++) {
            Counted row = counted.get(i);
            Evaluated policy = evaluated.get(i);
            messages += row.count().value();
            rows.add(new ReportedRow(
                    row.raw().number,
                    share(row.address()),
                    row.count().value(),
                    policy.disposition(),
                    policy.dkim(),
                    policy.spf(),
                    policy.reasons(),
                    headerFrom,
                    envelopeFrom,
                    envelopeTo,
                    authResults));
        }
    }

    /** Empty for a row that is left out, and for that of a report that says: nothing came. */
    private Optional<Counted> counted(RawRecord.Row raw) {
        Optional<Numbers.Read> count = Numbers.integer(raw.count);
        if (count.isPresent() && count.get().value() == 0) {
            return Optional.empty();
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
            remarks.addForRow(kind, subject, raw.number, cursor.line());
            leftOut++;
            return Optional.empty();
        }
        if (!count.get().canonical()) {
            cursor.remark(RemarkKind.NUMBER, "count");
        }
        return Optional.of(new Counted(raw, address.get(), count.get()));
    }

    private record Evaluated(Disposition disposition, boolean dkim, boolean spf, List<ReportedReason> reasons) {}

    private Evaluated evaluated(RawRecord.Row row) {
        return new Evaluated(
                words.parse("disposition", row.disposition, Disposition::ofKeyword)
                        .orElse(Disposition.NONE),
                isPass("policy_evaluated dkim", row.dkim),
                isPass("policy_evaluated spf", row.spf),
                share(reasons(row)));
    }

    private boolean isPass(String element, String written) {
        return words.parse(element, written, word -> switch (word) {
                    case "pass" -> Optional.of(true);
                    case "fail" -> Optional.of(false);
                    default -> Optional.empty();
                })
                .orElse(false);
    }

    private List<ReportedReason> reasons(RawRecord.Row raw) {
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
