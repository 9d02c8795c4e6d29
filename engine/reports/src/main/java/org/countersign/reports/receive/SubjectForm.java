package org.countersign.reports.receive;

import java.util.List;
import org.countersign.syntax.Ascii;

/**
 * The form of the Subject of an aggregate report (RFC 9990 §3.5.2): {@code Report Domain: example.org Submitter:
 * mail.receiver.example Report-ID: <id>}. The id may be missing. Letter case and angle brackets do not matter here.
 */
final class SubjectForm {
    private SubjectForm() {}

    static boolean matches(String subject) {
        List<String> words = List.of(subject.strip().split("\\s+", -1));
        if (words.size() < 3 || !is(words.get(0), "Report") || !is(words.get(1), "Domain:")) {
            return false;
        }
        boolean named =
                words.size() >= 5 && isValue(words.get(2)) && is(words.get(3), "Submitter:") && isValue(words.get(4));
        return named
                && (words.size() == 5
                        || (words.size() == 7 && is(words.get(5), "Report-ID:") && isValue(words.get(6))));
    }

    private static boolean is(String word, String expected) {
        return Ascii.equalsIgnoreCase(word, expected);
    }

    private static boolean isValue(String word) {
        return !word.isEmpty() && word.chars().noneMatch(c -> c == '{' || c == '}' || c == ':');
    }
}
