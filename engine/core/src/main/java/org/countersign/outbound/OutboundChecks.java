package org.countersign.outbound;

import java.time.InstantSource;
import org.countersign.TrafficRules;
import org.countersign.inbound.LocalHeadersFactory;
import org.countersign.signing.SigningSelector;

/**
 * Everything that signs an outbound message, made once and shared by all messages.
 *
 * @param settings how mail is signed
 * @param traffic tells how certain it is that a local user wrote a message
 * @param signing chooses the keys of each message
 * @param localHeaders the header fields that only this system may write
 * @param clock for the dates of signatures and keys
 */
public record OutboundChecks(
        OutboundSettings settings,
        TrafficRules traffic,
        SigningSelector signing,
        LocalHeadersFactory localHeaders,
        InstantSource clock) {

    /** Checks with these settings. */
    public static OutboundChecks of(
            OutboundSettings settings, TrafficRules traffic, SigningSelector signing, InstantSource clock) {
        return new OutboundChecks(
                settings,
                traffic,
                signing,
                new LocalHeadersFactory(settings.authserv(), settings.receivedSpf()),
                clock);
    }
}
