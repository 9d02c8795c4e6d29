package org.countersign.james;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.ReversePath;

/**
 * What James knows of a message in its spool besides the message.
 *
 * @param peer the client of this server; empty where James does not know it
 * @param helo the name that it gave, or the empty text
 * @param user who it has proved to be, where it has
 * @param relayed whether James relays for it without a password ({@code authorizedAddresses})
 * @param recipients as James has them
 */
record SpooledEnvelope(
        Optional<InetAddress> peer,
        String helo,
        ReversePath mailFrom,
        Optional<String> user,
        boolean relayed,
        List<String> recipients) {
    SpooledEnvelope {
        recipients = List.copyOf(recipients);
    }
}
