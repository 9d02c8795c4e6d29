package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * An SPF record without a syntax error (RFC 7208 §4.6).
 *
 * @param terms in the order written
 */
public record SpfRecord(List<Term> terms) {
    public static final String VERSION = "v=spf1";

    public SpfRecord {
        terms = List.copyOf(terms);
    }

    /**
     * Parses any text in time linear in its length.
     *
     * @return malformed if the text is no SPF record or has a syntax error (RFC 7208 §4.6), with the first ten errors in
     *     the order of the text
     */
    public static Parsed<SpfRecord, List<SyntaxFailure>> parse(Octets text) {
        return new SpfRecordParser(text).parse();
    }

    /** Whether the text claims to be an SPF record: the version, then a space or the end (RFC 7208 §4.5). */
    public static boolean isSpf(Octets text) {
        return text.startsWithIgnoreCase(VERSION)
                && (text.length() == VERSION.length() || text.at(VERSION.length()) == ' ');
    }

    /** The modifier that names another domain whose record decides if no mechanism matches. */
    public Optional<Modifier.Redirect> redirect() {
        for (Term term : terms) {
            if (term instanceof Modifier.Redirect redirect) {
                return Optional.of(redirect);
            }
        }
        return Optional.empty();
    }

    /** The modifier that names the explanation of a fail. */
    public Optional<Modifier.Explanation> explanation() {
        for (Term term : terms) {
            if (term instanceof Modifier.Explanation explanation) {
                return Optional.of(explanation);
            }
        }
        return Optional.empty();
    }

    /** The record as it would be published; parsing it gives an equal record. */
    public String render() {
        StringBuilder out = new StringBuilder(VERSION);
        terms.forEach(term -> out.append(' ').append(term.render()));
        return out.toString();
    }
}
