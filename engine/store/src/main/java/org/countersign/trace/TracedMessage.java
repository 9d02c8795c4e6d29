package org.countersign.trace;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;

/**
 * A message that was decided on. All texts are as the mail server sent them.
 *
 * @param time when it was decided on
 * @param queueId empty if the mail server told none
 * @param messageId the value of its Message-ID field; empty without one
 * @param host the mail server; empty if it told no name
 * @param client the SMTP client; empty without a network connection, and if unknown
 * @param clientName the host name of the client; empty without one
 * @param mailFrom the address of MAIL FROM, with or without angle brackets
 * @param recipients some or all of the recipients
 * @param recipientCount the number of all recipients
 * @param user the authenticated user; empty without authentication
 * @param bodyOctets the size of the body
 * @param took the time from MAIL FROM to the outcome
 * @param dns the DNS queries of the message; none if they were not recorded
 */
public record TracedMessage(
        Instant time,
        String queueId,
        String messageId,
        String host,
        Optional<InetAddress> client,
        String clientName,
        String helo,
        String mailFrom,
        List<String> recipients,
        int recipientCount,
        String user,
        long bodyOctets,
        Duration took,
        MessageOutcome outcome,
        DnsTrace dns) {
    // The recorded queries of a message share records with the cache, and have at most 64 KiB.
    private static final int OCTETS = 6 * 1024;
    private static final int OCTETS_OF_A_QUERY = 512;

    /** About how many octets of memory the message needs while it waits to be written. */
    int octets() {
        int queries = outcome instanceof MessageOutcome.Judged judged
                ? judged.lookups().size() + dns.queries().size()
                : 0;
        return OCTETS + queries * OCTETS_OF_A_QUERY + outcome.edits().size() * OCTETS_OF_A_QUERY;
    }
}
