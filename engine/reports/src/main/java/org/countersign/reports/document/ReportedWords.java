package org.countersign.reports.document;

import java.util.Optional;
import java.util.function.Function;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Words and names as reporters write them. Letter case does not matter, and some words have another meaning in the schema of
 * RFC 7489 or in the programs that write it. Each deviation is a remark.
 */
final class ReportedWords {
    private static final int MAX_WORD = 64;
    private static final int MAX_DOMAIN = 255;

    private final ElementCursor cursor;

    ReportedWords(ElementCursor cursor) {
        this.cursor = cursor;
    }

    /** The word in lower case, cut. */
    String word(String written) {
        String lower = Ascii.lower(written);
        if (!lower.equals(written)) {
            cursor.remark(RemarkKind.LETTER_CASE, written);
        }
        return XmlText.cleaned(lower, MAX_WORD);
    }

    /** Parses a word of a closed set; empty with a remark for another one. */
    <T> Optional<T> parse(String element, String written, Function<String, Optional<T>> parser) {
        if (written.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, element);
            return Optional.empty();
        }
        Optional<T> value = parser.apply(word(written));
        if (value.isEmpty()) {
            cursor.remark(RemarkKind.WORD, element + " " + written);
        }
        return value;
    }

    /** Parses a part of the policy; empty if it is missing, and with a remark for another value. */
    <T> Optional<T> parsePolicy(String element, String written, Function<String, Optional<T>> parser) {
        if (written.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = parser.apply(word(written));
        if (value.isEmpty()) {
            cursor.remark(RemarkKind.POLICY, element + " " + written);
        }
        return value;
    }

    static Optional<DmarcPolicy> policy(String word) {
        return DmarcPolicy.parse(Octets.latin1(word));
    }

    /** The result of DKIM: a keyword, or the word that the reporter uses. */
    String dkimResult(String written) {
        return result("dkim result", written, word -> switch (word) {
            case "hardfail" -> "fail";
            case "unknown" -> "neutral";
            case "invalid" -> "permerror";
            default ->
                DkimResultType.ofKeyword(word).map(DkimResultType::keyword).orElse("");
        });
    }

    /** The result of SPF: a keyword, or the word that the reporter uses. */
    String spfResult(String written) {
        return result("spf result", written, word -> switch (word) {
            case "hardfail" -> "fail";
            // Comments in the schema of RFC 7489
            case "unknown" -> "temperror";
            case "error" -> "permerror";
            default -> SpfResultType.ofKeyword(word).map(SpfResultType::keyword).orElse("");
        });
    }

    private String result(String element, String written, Function<String, String> keywords) {
        if (written.isEmpty()) {
            cursor.remark(RemarkKind.MISSING, element);
            return "";
        }
        String word = word(written);
        String keyword = keywords.apply(word);
        if (keyword.isEmpty()) {
            // temp_error, soft-fail
            keyword = keywords.apply(word.replace("_", "").replace("-", "").replace(" ", ""));
        }
        if (!keyword.equals(word)) {
            cursor.remark(RemarkKind.WORD, element + " " + word);
        }
        return keyword.isEmpty() ? word : keyword;
    }

    /** A domain in A-labels; other text in lower case and cut. Of a mail address only the domain is kept. */
    String domain(String element, String written) {
        String text = written;
        int at = text.lastIndexOf('@');
        if (at >= 0) {
            cursor.remark(RemarkKind.MAILBOX, element);
            text = text.substring(at + 1).replace(">", "");
        }
        if (text.isEmpty() || text.equals("<>")) {
            return "";
        }
        Optional<DomainName> domain = DomainName.parse(text);
        if (domain.isPresent()) {
            return domain.get().toString();
        }
        cursor.remark(RemarkKind.DOMAIN, element);
        return XmlText.cleaned(Ascii.lower(text), MAX_DOMAIN);
    }
}
