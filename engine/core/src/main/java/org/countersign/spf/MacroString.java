package org.countersign.spf;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Parsed text with macros (RFC 7208 §7.1): the domain-spec of a term, the value of an unknown modifier, or an
 * explanation.
 *
 * @param parts in order; two literals never follow each other
 */
public record MacroString(List<Part> parts) {
    /** A part of the text. */
    sealed interface Part {
        String render();
    }

    /** Characters that stand for themselves. */
    record Literal(String text) implements Part {
        @Override
        public String render() {
            return text;
        }
    }

    /** A character that is written with a percent sign. */
    enum Symbol implements Part {
        PERCENT("%%", "%"),
        SPACE("%_", " "),
        ENCODED_SPACE("%-", "%20");

        private final String written;
        private final String meaning;

        Symbol(String written, String meaning) {
            this.written = written;
            this.meaning = meaning;
        }

        String meaning() {
            return meaning;
        }

        @Override
        public String render() {
            return written;
        }
    }

    /**
     * A macro, which is expanded to a value.
     *
     * @param rightmost how many parts are used, from the right; 0 for all
     * @param reversed whether the order of the parts is reversed first
     * @param delimiters the characters at which the value is split; empty for dots
     * @param urlEscaped whether the letter is upper case, so that the value is escaped for a URL
     */
    record Macro(Letter letter, int rightmost, boolean reversed, String delimiters, boolean urlEscaped)
            implements Part {
        boolean transforms() {
            return rightmost > 0 || reversed || !delimiters.isEmpty();
        }

        @Override
        public String render() {
            char written = urlEscaped ? (char) (letter.symbol() - 'a' + 'A') : letter.symbol();
            return "%{" + written + (rightmost == 0 ? "" : rightmost) + (reversed ? "r" : "") + delimiters + "}";
        }
    }

    /** The value of a macro (RFC 7208 §7.2). */
    enum Letter {
        SENDER('s'),
        LOCAL_PART('l'),
        SENDER_DOMAIN('o'),
        DOMAIN('d'),
        IP('i'),
        VALIDATED_NAME('p'),
        FAMILY('v'),
        HELO('h'),
        READABLE_IP('c'),
        RECEIVER('r'),
        TIMESTAMP('t');

        private final char symbol;

        Letter(char symbol) {
            this.symbol = symbol;
        }

        char symbol() {
            return symbol;
        }

        /** RFC 7208 §7.2: c, r and t are allowed in an explanation only. */
        boolean onlyInExplanations() {
            return this == READABLE_IP || this == RECEIVER || this == TIMESTAMP;
        }
    }

    public MacroString {
        parts = List.copyOf(parts);
    }

    /** Parses an explain-string, which may contain every macro and spaces (RFC 7208 §6.2). */
    static Parsed<MacroString, List<SyntaxFailure>> parseExplanation(Octets text) {
        MacroParser parser = new MacroParser(text, MacroParser.Purpose.EXPLANATION);
        MacroString parsed = parser.parse(0, text.length());
        return parser.failures().isEmpty()
                ? new Parsed.Value<>(parsed)
                : new Parsed.Malformed<>(List.copyOf(parser.failures()));
    }

    /** Whether the expansion needs the validated name of the client, and so DNS lookups. */
    public boolean usesValidatedName() {
        return uses(Letter.VALIDATED_NAME, Letter.VALIDATED_NAME);
    }

    public boolean usesLocalPart() {
        return uses(Letter.SENDER, Letter.LOCAL_PART);
    }

    private boolean uses(Letter one, Letter other) {
        for (Part part : parts) {
            if (part instanceof Macro macro && (macro.letter() == one || macro.letter() == other)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The name that the text gives for any sender: it has no macro but {@code %{d}}, the domain of the record.
     *
     * @param domain the domain whose record contains the text
     * @return empty if the name depends on the sender or the client, or is no name
     */
    public Optional<DomainName> nameForAllClients(DomainName domain) {
        StringBuilder name = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal literal -> name.append(literal.text());
                case Symbol symbol -> name.append(symbol.meaning());
                case Macro macro -> {
                    if (macro.letter() != Letter.DOMAIN || macro.transforms() || macro.urlEscaped()) {
                        return Optional.empty();
                    }
                    name.append(domain);
                }
            }
        }
        return DomainName.parseQueryName(name.toString());
    }

    /** The text as written in a record. */
    public String render() {
        if (parts.size() == 1) {
            return parts.get(0).render();
        }
        StringBuilder out = new StringBuilder();
        parts.forEach(part -> out.append(part.render()));
        return out.toString();
    }

    /**
     * Whether this can be a domain-spec: it ends in a macro, or in a dot and a top label (RFC 7208 §7.1). The values of
     * the macros are not considered.
     */
    boolean isDomainSpec() {
        if (parts.isEmpty()) {
            return false;
        }
        if (!(parts.get(parts.size() - 1) instanceof Literal last)) {
            return true;
        }
        String text = last.text();
        int end = text.endsWith(".") ? text.length() - 1 : text.length();
        int dot = text.lastIndexOf('.', end - 1);
        return dot >= 0 && isTopLabel(text, dot + 1, end);
    }

    private static boolean isTopLabel(String text, int from, int to) {
        if (from >= to || text.charAt(from) == '-' || text.charAt(to - 1) == '-') {
            return false;
        }
        boolean allDigits = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && c != '-') {
                return false;
            }
            allDigits &= Ascii.isDigit(c);
        }
        return !allDigits;
    }
}
