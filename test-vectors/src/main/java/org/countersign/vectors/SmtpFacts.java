package org.countersign.vectors;

import java.util.List;
import java.util.Optional;

/**
 * The SMTP client and its envelope.
 *
 * @param ip the client's address as text
 * @param helo the argument of HELO or EHLO
 * @param mailFrom the reverse-path without brackets; empty for the null reverse-path
 * @param recipients the forward-paths without brackets
 * @param authenticatedUser the user name of an authenticated client (RFC 4954)
 */
public record SmtpFacts(
        String ip, String helo, String mailFrom, List<String> recipients, Optional<String> authenticatedUser) {
    public SmtpFacts {
        recipients = List.copyOf(recipients);
    }

    /**
     * Reads the keys {@code ip}, {@code helo}, {@code mail-from}, {@code rcpt} and {@code authenticated-user}.
     */
    public static SmtpFacts read(CaseNode smtp) {
        return new SmtpFacts(
                smtp.string("ip"),
                smtp.string("helo"),
                smtp.string("mail-from"),
                smtp.strings("rcpt"),
                smtp.optionalString("authenticated-user"));
    }
}
