package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/** The result keywords of authentication methods (RFC 8601 §2.7), as conditions use them. */
public enum ResultKeyword {
    NONE,
    PASS,
    FAIL,
    SOFTFAIL,
    NEUTRAL,
    POLICY,
    TEMPERROR,
    PERMERROR;

    /** The results of SPF. */
    public static final List<ResultKeyword> SPF = List.of(NONE, PASS, FAIL, SOFTFAIL, NEUTRAL, TEMPERROR, PERMERROR);

    /** The results of a DKIM signature; {@code none} if there is no signature. */
    public static final List<ResultKeyword> DKIM = List.of(NONE, PASS, FAIL, NEUTRAL, POLICY, TEMPERROR, PERMERROR);

    /** The results of DMARC. */
    public static final List<ResultKeyword> DMARC = List.of(NONE, PASS, FAIL, TEMPERROR, PERMERROR);

    /** The results of an ARC chain; a temporary error is distinguished from a fail. */
    public static final List<ResultKeyword> ARC = List.of(NONE, PASS, FAIL, TEMPERROR);

    /** Parses a keyword; empty if it is unknown. */
    public static Optional<ResultKeyword> named(String word) {
        for (ResultKeyword keyword : values()) {
            if (keyword.word().equals(word)) {
                return Optional.of(keyword);
            }
        }
        return Optional.empty();
    }

    /**
     * Parses a keyword.
     *
     * @throws IllegalArgumentException if it is unknown
     */
    static ResultKeyword of(String word) {
        return named(word).orElseThrow(() -> new IllegalArgumentException("unknown result keyword: " + word));
    }

    /** The keyword in lower case. */
    public String word() {
        return Ascii.lower(name());
    }
}
