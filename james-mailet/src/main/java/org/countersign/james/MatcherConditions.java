package org.countersign.james;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.AttributeName;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** Conditions of matchers: words with commas between them, all of them checked when James starts. */
final class MatcherConditions {
    private MatcherConditions() {}

    /**
     * Reads a condition.
     *
     * @param reader empty for a word that is not taken
     * @param expected which are, to stand behind "takes"
     * @throws MessagingException for a condition without a word, or with one that is not taken
     */
    static <T> Set<T> read(GenericMatcher matcher, Function<String, Optional<T>> reader, String expected)
            throws MessagingException {
        String condition = Optional.ofNullable(matcher.getCondition()).orElse("");
        Set<T> words = new LinkedHashSet<>();
        for (String word : condition.split(",", -1)) {
            Optional<T> read = reader.apply(Ascii.lower(word.strip()));
            if (read.isEmpty()) {
                throw new MessagingException("The matcher " + matcher.getClass().getName() + "="
                        + Escapes.printable(condition, 200) + ": \"" + Escapes.printable(word.strip(), 200)
                        + "\" is not a condition; it takes " + expected);
            }
            words.add(read.get());
        }
        return words;
    }

    /** One of these words. */
    static Set<String> keywords(GenericMatcher matcher, List<String> taken) throws MessagingException {
        return read(
                matcher,
                word -> Optional.of(word).filter(taken::contains),
                "one or more of " + String.join(", ", taken) + ", with commas between them");
    }

    /** All recipients of a mail whose attribute is one of these words, otherwise none. */
    static Collection<MailAddress> recipients(Mail mail, AttributeName attribute, Set<String> words) {
        return VerdictAttributes.text(mail, attribute).filter(words::contains).isPresent()
                ? mail.getRecipients()
                : List.of();
    }
}
