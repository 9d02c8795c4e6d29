package org.countersign.james.relay;

import java.util.Optional;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;

/**
 * Goes down the Received fields of one message, from the one that this server wrote, to the client of the last relay
 * that is to be trusted. A field is believed only where the server that wrote it is: nothing that stands below the
 * field of the last trusted relay has any influence.
 */
public final class ReceivedChain {
    // Beyond this a message goes in circles (RFC 5321 §6.3).
    private static final int MAX_FIELDS = 100;

    private final TrustedHops trusted;
    private final Hop peer;
    private int fields;
    private Hop last;
    private Optional<Origin> origin;

    /**
     * @param peer the client of this server, which needs no Received field to be known
     */
    public ReceivedChain(TrustedHops trusted, Hop peer) {
        this.trusted = trusted;
        this.peer = peer;
        this.last = peer;
        this.origin = isTrusted(peer, 0) ? Optional.empty() : Optional.of(new Origin.Known(peer));
    }

    /** Whether the server with this client's address, so many hops before this server's client, is trusted. */
    private boolean isTrusted(Hop client, int hopsBefore) {
        return switch (trusted) {
            case TrustedHops.Count(int hops) -> hopsBefore < hops;
            case TrustedHops.Networks networks -> networks.contain(client.address());
        };
    }

    /** The next header field of the message, top first; once {@link #origin()} is known it does not matter. */
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
                // Then it is not this server that wrote it, or not about this message.
                unknown("the topmost Received field does not tell of this server's client");
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

    /** Where the message comes from, as soon as it is known. */
    public Optional<Origin> origin() {
        return origin;
    }

    /** Where it comes from, when all header fields have been told or no more are to be looked at. */
    public Origin end() {
        return origin.orElseGet(() -> switch (trusted) {
            case TrustedHops.Count count -> new Origin.Unknown("there are fewer Received fields than trusted hops");
            // A relay that names no client of its own wrote the message itself.
            case TrustedHops.Networks networks ->
                fields == 0 ? new Origin.Unknown("there is no Received field of this server") : new Origin.Known(last);
        });
    }
}
