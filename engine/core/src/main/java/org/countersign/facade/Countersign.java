package org.countersign.facade;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsClient;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.message.MessageReader;
import org.countersign.policy.Mode;

/**
 * Verifies single messages with the default settings. A program that receives mail uses {@link
 * org.countersign.CountersignEngine} instead.
 */
public final class Countersign {
    private static final InboundSettings SETTINGS = InboundSettings.DEFAULT.withMode(Mode.ENFORCE);

    private Countersign() {}

    /**
     * Verifies SPF, DKIM, ARC and DMARC of a message in memory. Waits for the DNS, 20 seconds at most.
     *
     * @param dns answers DNS queries
     * @param clock decides whether signatures have expired; the DNS client must use the same clock
     * @param message the message as transmitted, with CRLF line ends
     * @param transaction the SMTP transaction in which the message was received
     */
    public static AuthenticationReport verify(
            DnsClient dns, InstantSource clock, byte[] message, SmtpTransaction transaction) {
        try (InboundMessage session = begin(dns, clock, transaction)) {
            MessageReader.read(message, session, SETTINGS.limits().headerOctets());
            return new AuthenticationReport(session.conclude());
        }
    }

    /**
     * Verifies a message that is read to the end of a stream; the stream is not closed.
     *
     * @throws IOException if the stream fails
     * @see #verify(DnsClient, InstantSource, byte[], SmtpTransaction)
     */
    public static AuthenticationReport verify(
            DnsClient dns, InstantSource clock, InputStream message, SmtpTransaction transaction) throws IOException {
        try (InboundMessage session = begin(dns, clock, transaction)) {
            MessageReader.read(message, session, SETTINGS.limits().headerOctets());
            return new AuthenticationReport(session.conclude());
        }
    }

    private static InboundMessage begin(DnsClient dns, InstantSource clock, SmtpTransaction transaction) {
        return new InboundMessage(InboundChecks.of(SETTINGS, dns, clock), transaction);
    }
}
