package org.countersign.milter.filter;

import java.util.List;

/**
 * The recipients of a message that the mail server had accepted.
 *
 * @param count how many there are
 * @param first the addresses of the first ones, as in the RCPT commands, not escaped; at most {@link #MAX_KEPT} of at most
 *     {@link #MAX_LENGTH} characters
 */
public record AcceptedRecipients(int count, List<String> first) {
    /** The maximum number of addresses that are kept for a log. */
    public static final int MAX_KEPT = 100;

    /** The maximum length of an address that is kept; RFC 5321 §4.5.3.1 allows 64 for the local part and 255 for the domain. */
    static final int MAX_LENGTH = 320;

    public AcceptedRecipients {
        first = List.copyOf(first);
    }

    /** The first addresses, separated by commas, with {@code ...} if there are more. */
    String list(int max) {
        String addresses = String.join(",", first.size() > max ? first.subList(0, max) : first);
        return count > Math.min(max, first.size()) ? addresses + ",..." : addresses;
    }
}
