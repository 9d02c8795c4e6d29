package org.countersign.outbound;

import org.countersign.MessageLimits;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.InboundSettings;
import org.countersign.signing.TransportCheck;

/**
 * How mail of local users is signed. Which key signs which message is no setting: see
 * {@link org.countersign.signing.SigningSelector}.
 *
 * @param limits the work that one message may cause
 * @param authserv the names of this system; results in a message under one of them are removed
 * @param receivedSpf whether this system adds Received-SPF fields, so that those in a message are removed
 * @param transportCheck what to do about content that mail servers in transit change or refuse
 */
public record OutboundSettings(
        MessageLimits limits, AuthservSettings authserv, boolean receivedSpf, TransportCheck transportCheck) {
    /** Refuses nothing. */
    public static final OutboundSettings DEFAULT =
            new OutboundSettings(MessageLimits.DEFAULT, AuthservSettings.DEFAULT, false, TransportCheck.DEFAULT);

    /** Settings with the limits and the names of an engine's inbound side, which refuse nothing. */
    public static OutboundSettings matching(InboundSettings inbound) {
        return new OutboundSettings(
                inbound.limits(), inbound.authserv(), inbound.receivedSpf(), TransportCheck.DEFAULT);
    }
}
