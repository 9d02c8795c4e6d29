package org.countersign.james.matcher;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.mail.MessagingException;
import org.apache.mailet.base.GenericMatcher;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** Reads the conditions of matchers, lists of words separated by commas. They are checked when James starts. */
final class MatcherConditions {
    private MatcherConditions() {}

    /**
     * Reads a condition.
     *
     * @param reader turns a word in lower case into a value; empty for a word that is not accepted
     * @param expected describes the accepted words; the error message puts it after "takes"
     * @throws MessagingException for an empty condition, or one with a word that is not accepted
     */
    static <T> Set<T> read(GenericMatcher matcher, Function<String, Optional<T>> reader, String expected)
            throws MessagingException {
        String condition = Optional.ofNullable(matcher.getCondition()).orElse("");
        Set<T> values = new LinkedHashSet<>();
        for (String word : condition.split(",", -1)) {
            Optional<T> read = reader.apply(Ascii.lower(word.strip()));
            if (read.isEmpty()) {
                throw new MessagingException("The matcher " + matcher.getClass().getName() + "="
                        + Escapes.printable(condition, 200) + ": \"" + Escapes.printable(word.strip(), 200)
                        + "\" is not a condition; it takes " + expected);
            }
            values.add(read.get());
        }
        return values;
    }

    /** Reads a condition that lists some of these keywords. */
    static Set<String> keywords(GenericMatcher matcher, List<String> known) throws MessagingException {
        return read(
                matcher,
                word -> Optional.of(word).filter(known::contains),
                "one or more of " + String.join(", ", known) + ", with commas between them");
    }
}
