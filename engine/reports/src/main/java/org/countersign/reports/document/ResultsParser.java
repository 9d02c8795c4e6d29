package org.countersign.reports.document;

import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.countersign.reports.document.ElementCursor.Content;

/** Reads the results of DKIM and SPF of one document: the elements {@code auth_results} of its records. */
final class ResultsParser {
    private static final int MAX_RESULTS = 100;
    private static final int MAX_SELECTOR = 255;
    private static final Content DKIM = Content.all("domain", "selector", "result", "human_result");
    private static final Content SPF = Content.all("domain", "scope", "result", "human_result");
    // RFC 7489 has several results of SPF, one for each scope.
    private static final Content RESULTS = Content.sequence("dkim", "spf").repeating("dkim");
    private static final Content OLD_RESULTS = Content.sequence("dkim", "spf").repeating("dkim", "spf");

    private final ElementCursor cursor;
    private final ReportedWords words;

    ResultsParser(ElementCursor cursor, ReportedWords words) {
        this.cursor = cursor;
        this.words = words;
    }

    /** Reads the element at which the cursor is. */
    void read(RawRecord raw) throws XMLStreamException {
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

    private void readResult(ReportedResult.Method method, List<ReportedResult> results, RawRecord raw)
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

    /** The results of a record that counts, without those that say nothing. */
    List<ReportedResult> of(RawRecord raw) {
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
}
