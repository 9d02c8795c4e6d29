package org.countersign.trace;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsAnswer;
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
 * @param headerOctets the size of the header section
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
        long headerOctets,
        long bodyOctets,
        Duration took,
        MessageOutcome outcome,
        DnsTrace dns) {
    // An ordinary message with its header section.
    private static final int OCTETS = 6 * 1024;
    private static final int ORDINARY_HEADER = 8 * 1024;
    // The outcome has signatures, ARC Sets and addresses as octets, as their tags, and as text.
    private static final int COPIES_OF_HEADER = 3;
    private static final int OCTETS_OF_A_QUERY = 512;
    private static final int OCTETS_OF_A_RECIPIENT = 64;

    /**
     * About how many octets of memory the message needs while it waits to be written. Senders choose the size of most of
     * it, so it is rather too much than too little.
     */
    long octets() {
        int queries = outcome instanceof MessageOutcome.Judged judged
                ? judged.lookups().size() + dns.queries().size()
                : 0;
        long octets =
                OCTETS + (long) OCTETS_OF_A_QUERY * (queries + outcome.edits().size());
        octets += COPIES_OF_HEADER * Math.max(0, headerOctets - ORDINARY_HEADER);
        for (DnsTrace.Recorded query : dns.queries()) {
            octets += query.answer().map(DnsAnswer::weight).orElse(0);
        }
        for (String recipient : recipients) {
            octets += OCTETS_OF_A_RECIPIENT + recipient.length();
        }
        return octets + clientName.length() + helo.length() + mailFrom.length() + user.length();
    }
}
