package org.countersign.message;

import org.countersign.syntax.Octets;

/**
 * Tells whether all addresses of a malformed From field have a full domain, as Sendmail reads the field. Sendmail divides it at
 * commas, takes the address from angle brackets if there are some, and ignores quoted strings and comments. To an address
 * without a domain it adds its own, and it replaces {@code localhost} and other names of one label.
 */
final class CompleteAddresses {
    private final String text;
    private int comments;
    private boolean quoted;
    private boolean bracketed;
    private boolean hasText;
    private boolean hasDomain;

    private CompleteAddresses(String text) {
        this.text = text;
    }

    /** Whether each address has a domain of several labels. If in doubt, the answer is no. */
    static boolean areAllIn(Octets value) {
        return new CompleteAddresses(value.latin1()).areAllIn();
    }

    private boolean areAllIn() {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                // Sendmail takes some marks after a backslash as marks, and others as text.
                return false;
            }
            if (quoted) {
                quoted = c != '"';
            } else if (comments > 0) {
                comments += c == '(' ? 1 : c == ')' ? -1 : 0;
            } else if (!isComplete(c, at)) {
                return false;
            }
        }
        return !quoted && comments == 0 && !bracketed && isPieceComplete();
    }

    /** Reads a character outside quotes and comments; false if an address without a full domain ends here. */
    private boolean isComplete(char c, int at) {
        switch (c) {
            case '"' -> {
                quoted = true;
                hasText = true;
            }
            case '(' -> comments++;
            case ',', '>' -> {
                boolean complete = (c == '>') == bracketed && isPieceComplete();
                bracketed = false;
                // What follows the brackets belongs to the address in them.
                hasText = false;
                hasDomain = c == '>';
                return complete;
            }
            case '<' -> {
                boolean nested = bracketed;
                bracketed = true;
                hasText = true;
                hasDomain = false;
                return !nested;
            }
            case ':' -> {
                // A group, whose name may look like an address.
                hasText = false;
                hasDomain = false;
                return !bracketed;
            }
            case '@' -> {
                hasDomain = true;
                return hasSeveralLabels(at + 1);
            }
            default -> hasText |= c > ' ';
        }
        return true;
    }

    private boolean isPieceComplete() {
        return hasDomain || !hasText;
    }

    private boolean hasSeveralLabels(int from) {
        int dot = -1;
        int end = from;
        while (end < text.length() && isDomainOctet(text.charAt(end))) {
            dot = text.charAt(end) == '.' && dot < 0 ? end : dot;
            end++;
        }
        return dot > from && dot + 1 < end;
    }

    private static boolean isDomainOctet(char c) {
        return c > ' ' && "()<>@,;:\\\"[]".indexOf(c) < 0;
    }
}
