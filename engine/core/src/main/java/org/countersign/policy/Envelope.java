package org.countersign.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.countersign.domain.ReversePath;
import org.countersign.syntax.Ascii;

/**
 * The SMTP envelope of a message.
 *
 * @param mailFrom the reverse-path
 * @param helo the name in the HELO or EHLO command, as sent
 * @param recipients as sent, without angle brackets and source routes, at most {@link #MAX_RECIPIENTS}
 * @param recipientCount the number of recipients, including those that were not kept
 */
public record Envelope(ReversePath mailFrom, String helo, List<String> recipients, int recipientCount) {
    /** The maximum number of recipients that are kept. RFC 5321 §4.5.3.1.8 requires a server to accept 100. */
    public static final int MAX_RECIPIENTS = 1000;
    /** The maximum length of an address that is kept (RFC 5321 §4.5.3.1: 64 octets, {@code @}, 255 octets). */
    public static final int MAX_RECIPIENT = 320;

    public Envelope {
        recipients = List.copyOf(recipients);
    }

    /** An envelope with these recipients. Recipients beyond the limits are counted but not kept. */
    public static Envelope of(ReversePath mailFrom, String helo, Iterable<String> recipients) {
        List<String> included = new ArrayList<>();
        int count = 0;
        for (String recipient : recipients) {
            count++;
            String address = plain(recipient);
            if (included.size() < MAX_RECIPIENTS && address.length() <= MAX_RECIPIENT) {
                included.add(address);
            }
        }
        return new Envelope(mailFrom, helo, included, count);
    }

    /** This envelope with other recipients. */
    public Envelope to(Iterable<String> others) {
        return of(mailFrom, helo, others);
    }

    /** Whether there are recipients and all of them are in {@link #recipients}. */
    boolean allRecipientsKnown() {
        return !recipients.isEmpty() && recipients.size() == recipientCount;
    }

    /**
     * Whether a recipient is one of these addresses.
     *
     * @param addresses in lower case
     */
    public boolean isToAny(Collection<String> addresses) {
        if (addresses.isEmpty()) {
            return false;
        }
        for (String recipient : recipients) {
            if (addresses.contains(Ascii.lower(recipient))) {
                return true;
            }
        }
        return false;
    }

    private static String plain(String recipient) {
        String address = recipient.strip();
        String plain =
                address.startsWith("<") && address.endsWith(">") ? address.substring(1, address.length() - 1) : address;
        // RFC 5321 §4.1.1.3: a mail server ignores a source route.
        return plain.startsWith("@") ? plain.substring(plain.indexOf(':') + 1) : plain;
    }
}
