package org.countersign.inbound;

import java.util.Optional;

/** Tells for each message which header fields only this system may write. Immutable; used by all threads. */
public final class LocalHeadersFactory {
    private final AuthservSettings names;
    private final boolean receivedSpf;
    // Made once if it is the same for all messages.
    private final Optional<LocalHeaders> configured;

    /**
     * @param receivedSpf whether this system adds Received-SPF fields
     */
    public LocalHeadersFactory(AuthservSettings names, boolean receivedSpf) {
        this.names = names;
        this.receivedSpf = receivedSpf;
        this.configured = names.authservId().isEmpty()
                ? Optional.empty()
                : Optional.of(new LocalHeaders(
                        AuthservIdentity.of(names.authservId(), names.aliases(), names.subdomains()), receivedSpf));
    }

    /**
     * The local header fields of one message.
     *
     * @param receivingHost the mail server's own name, used if no authserv-id is configured
     */
    public LocalHeaders of(String receivingHost) {
        return configured.orElseGet(() -> new LocalHeaders(
                AuthservIdentity.ofHost(receivingHost, names.aliases(), names.subdomains()), receivedSpf));
    }
}
