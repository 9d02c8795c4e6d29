package org.countersign.james.relay;

import org.countersign.message.Hop;

/** Where a message comes from. */
public sealed interface Origin {
    /** From this client, seen by a server that is to be trusted. */
    record Known(Hop client) implements Origin {}

    /**
     * Nobody who is to be trusted says from where.
     *
     * @param reason a clause for the log, in fixed words
     */
    record Unknown(String reason) implements Origin {}
}
