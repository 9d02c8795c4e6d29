package org.countersign.james.relay;

import org.countersign.message.Hop;

/** The client that a message comes from. */
public sealed interface Origin {
    /** The client, as seen by a trusted server. */
    record Known(Hop client) implements Origin {}

    /**
     * No trusted server names the client.
     *
     * @param reason a fixed clause for the log
     */
    record Unknown(String reason) implements Origin {}
}
