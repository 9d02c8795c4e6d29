package org.countersign.spf;

/** The kinds of syntax errors in a record or an explanation, by the grammar of RFC 7208 §12. */
public enum SyntaxProblem {
    NO_VERSION("no version section v=spf1"),
    BAD_CHARACTER("a character that is not allowed here"),
    NOT_A_TERM("neither a mechanism nor a modifier"),
    UNKNOWN_MECHANISM("unknown mechanism"),
    ARGUMENT_MISSING("a mechanism or modifier without the domain or address it needs"),
    ARGUMENT_NOT_ALLOWED("an argument where none is allowed"),
    BAD_ADDRESS("not an IP address of this family"),
    BAD_PREFIX_LENGTH("not a prefix length"),
    BAD_DOMAIN("a domain that ends neither in a macro nor in a top label"),
    BAD_MACRO("not a macro"),
    MACRO_ONLY_IN_EXPLANATION("a macro that only an explanation may use"),
    DUPLICATE_MODIFIER("a modifier that may stand only once"),
    TOO_MANY_TERMS("more terms than are read, 1000");

    private final String phrase;

    SyntaxProblem(String phrase) {
        this.phrase = phrase;
    }

    /** A description in a few words. */
    public String phrase() {
        return phrase;
    }
}
