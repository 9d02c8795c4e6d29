package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import org.countersign.domain.ReversePath;

/**
 * What was said of a message before its text came.
 *
 * @param mailFrom the reverse-path
 * @param helo the name given with HELO or EHLO, as sent
 * @param recipients as the client gave them, without angle brackets, {@link #MAX_RECIPIENTS} at most
 * @param recipientCount how many there are, those that were not kept included
 */
public record Envelope(ReversePath mailFrom, String helo, List<String> recipients, int recipientCount) {
    /** RFC 5321 §4.5.3.1.8 asks a server to take 100. */
    public static final int MAX_RECIPIENTS = 1000;
    /** The longest address that is kept (RFC 5321 §4.5.3.1: 64 octets, {@code @}, 255 octets). */
    public static final int MAX_RECIPIENT = 320;

    public Envelope {
        recipients = List.copyOf(recipients);
    }

    /** With these recipients, so far as they are within bounds. */
    public static Envelope of(ReversePath mailFrom, String helo, Iterable<String> recipients) {
        List<String> kept = new ArrayList<>();
        int count = 0;
        for (String recipient : recipients) {
            count++;
            String address = plain(recipient);
            if (kept.size() < MAX_RECIPIENTS && address.length() <= MAX_RECIPIENT) {
                kept.add(address);
            }
        }
        return new Envelope(mailFrom, helo, kept, count);
    }

    /** The same for other recipients. */
    public Envelope to(Iterable<String> others) {
        return of(mailFrom, helo, others);
    }

    /** Whether there are recipients and none of them is left out of {@link #recipients}. */
    public boolean allRecipientsKnown() {
        return !recipients.isEmpty() && recipients.size() == recipientCount;
    }

    private static String plain(String recipient) {
        String address = recipient.strip();
        return address.startsWith("<") && address.endsWith(">") ? address.substring(1, address.length() - 1) : address;
    }
}
