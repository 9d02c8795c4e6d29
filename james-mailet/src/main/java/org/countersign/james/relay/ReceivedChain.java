package org.countersign.james.relay;

import java.util.Optional;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;

/**
 * Follows the Received fields of one message, from the field of this server down to the client of the last trusted
 * relay. A field is trusted only if the server that wrote it is trusted. Fields below that of the last trusted relay
 * have no influence.
 */
public final class ReceivedChain {
    // A message with more fields is in a mail loop (RFC 5321 §6.3).
    private static final int MAX_FIELDS = 100;

    private final TrustedHops trusted;
    private final Hop peer;
    private int fields;
    private Hop last;
    private Optional<Origin> origin;

    /**
     * @param trusted the relays to trust
     * @param peer the client of this server, which is known without a Received field
     */
    public ReceivedChain(TrustedHops trusted, Hop peer) {
        this.trusted = trusted;
        this.peer = peer;
        this.last = peer;
        this.origin = isTrusted(peer, 0) ? Optional.empty() : Optional.of(new Origin.Known(peer));
    }

    /** Whether a client is a trusted relay; {@code hopsBefore} is its distance from the client of this server. */
    private boolean isTrusted(Hop client, int hopsBefore) {
        return switch (trusted) {
            case TrustedHops.Count(int hops) -> hopsBefore < hops;
            case TrustedHops.Networks networks -> networks.contain(client.address());
        };
    }

    /** Takes the next header field, from top to bottom. Has no effect once {@link #origin()} is known. */
    public void field(HeaderField field) {
        if (origin.isPresent() || !field.is("Received")) {
            return;
        }
        fields++;
        Optional<Hop> hop = fields > MAX_FIELDS ? Optional.empty() : ReceivedField.parse(field.value());
        if (hop.isEmpty()) {
            unknown("a Received field of a trusted server cannot be read");
        } else if (fields == 1) {
            if (!hop.get().address().equals(peer.address())) {
                // This server did not write the field, or wrote it for another message.
                unknown("the topmost Received field does not name this server's client");
            }
        } else {
            last = hop.get();
            if (!isTrusted(last, fields - 1)) {
                origin = Optional.of(new Origin.Known(last));
            }
        }
    }

    private void unknown(String reason) {
        origin = Optional.of(new Origin.Unknown(reason));
    }

    /** The origin of the message; empty while more fields are needed. */
    public Optional<Origin> origin() {
        return origin;
    }

    /** The origin of the message, after its last header field or when no more fields are to be read. */
    public Origin end() {
        return origin.orElseGet(() -> switch (trusted) {
            case TrustedHops.Count count -> new Origin.Unknown("there are fewer Received fields than trusted hops");
            // A trusted relay that names no client created the message itself.
            case TrustedHops.Networks networks ->
                fields == 0 ? new Origin.Unknown("there is no Received field of this server") : new Origin.Known(last);
        });
    }
}
