package org.countersign.policy;

import java.util.List;
import org.countersign.syntax.Ascii;

/** The words that results have (RFC 8601 §2.7), for rules to name them. */
public enum ResultKeyword {
    NONE,
    PASS,
    FAIL,
    SOFTFAIL,
    NEUTRAL,
    POLICY,
    TEMPERROR,
    PERMERROR;

    /** What SPF may come to. */
    public static final List<ResultKeyword> SPF = List.of(NONE, PASS, FAIL, SOFTFAIL, NEUTRAL, TEMPERROR, PERMERROR);

    /** What a DKIM signature may come to; none where there is no signature. */
    public static final List<ResultKeyword> DKIM = List.of(NONE, PASS, FAIL, NEUTRAL, POLICY, TEMPERROR, PERMERROR);

    /** What DMARC may come to. */
    public static final List<ResultKeyword> DMARC = List.of(NONE, PASS, FAIL, TEMPERROR, PERMERROR);

    /** What an ARC chain may come to; a temporary error is told apart from a fail. */
    public static final List<ResultKeyword> ARC = List.of(NONE, PASS, FAIL, TEMPERROR);

    /**
     * @throws IllegalArgumentException for a word that is none of these
     */
    static ResultKeyword of(String word) {
        for (ResultKeyword keyword : values()) {
            if (keyword.word().equals(word)) {
                return keyword;
            }
        }
        throw new IllegalArgumentException("no result is called " + word);
    }

    /** As it is written. */
    public String word() {
        return Ascii.lower(name());
    }
}
