package org.countersign.reports.receive;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;

/**
 * Whether the message of a report is from whom it says (RFC 9990 §3.5.2, §8.2).
 *
 * @param reporter the Author Domain; empty if there is none, and for a report without a message
 * @param detail one clause for people, in printing US-ASCII
 */
public record Authentication(State state, Optional<DomainName> reporter, String detail) {
    private static final int MAX_SHOWN = 200;

    /** How far a reporter is known. */
    public enum State {
        /** DMARC of the message passes. */
        PASS,
        /** DMARC of the message does not pass. */
        NONE,
        /** It cannot be told any more, or not now: keys are gone, or the DNS does not answer. */
        UNKNOWN,
        /** The operator has given the report by hand, and knows where it is from. */
        GIVEN;

        /** The word in the column {@code auth} of the store. */
        public String keyword() {
            return Keyword.of(this);
        }

        /** Whether views count the report. */
        public boolean isBelieved() {
            return this == PASS || this == GIVEN;
        }
    }

    /**
     * What a check found when the message came.
     *
     * @param dmarc the result of DMARC (RFC 9989 §9.2)
     * @param author the Author Domain of the message
     */
    public static Authentication recorded(String dmarc, Optional<DomainName> author) {
        return recorded(dmarc, author, author.isPresent());
    }

    /**
     * @param same whether the result is about this author
     */
    static Authentication recorded(String dmarc, Optional<DomainName> author, boolean same) {
        String detail = "dmarc=" + Escapes.printable(dmarc, MAX_SHOWN) + " when it came";
        return switch (dmarc) {
            case "pass" ->
                same
                        ? new Authentication(State.PASS, author, detail)
                        : new Authentication(State.NONE, author, detail + ", but for another author");
            case "temperror" -> new Authentication(State.UNKNOWN, author, detail);
            default -> new Authentication(State.NONE, author, detail);
        };
    }

    static Authentication given() {
        return new Authentication(State.GIVEN, Optional.empty(), "given by hand");
    }
}
