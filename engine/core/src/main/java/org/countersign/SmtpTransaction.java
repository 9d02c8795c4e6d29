package org.countersign;

import java.util.Optional;
import org.countersign.domain.ReversePath;

/**
 * What is known of a message when its MAIL FROM command has come.
 *
 * @param client who sends it
 * @param helo the name given with HELO or EHLO, as sent; the empty text where there was none
 * @param mailFrom the reverse-path
 * @param authenticatedUser who the client has proved to be, where it has
 * @param listener the name of the service that took the connection (Postfix: {@code {daemon_name}}), or the
 *     empty text
 * @param receivingHost the mail server's own name, used where no authserv-id is configured, or the empty text
 */
public record SmtpTransaction(
        Client client,
        String helo,
        ReversePath mailFrom,
        Optional<String> authenticatedUser,
        String listener,
        String receivingHost) {}
