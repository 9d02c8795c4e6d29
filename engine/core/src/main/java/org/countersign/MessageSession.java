package org.countersign;

import org.countersign.smtp.MessageSink;

/**
 * One message while the engine receives it. Recipients may be added until the header section ends. Then the content is
 * written to the session, and {@link #conclude()} is called once. Not thread-safe.
 */
public interface MessageSession extends MessageSink, AutoCloseable {
    /** Adds a recipient that the mail server has accepted, as sent. */
    void recipient(String address);

    /**
     * Ends the message: waits for lookups in flight, at most until the message's deadline, and decides. Never throws
     * because of the content of a message or a failure of the network.
     */
    MessageOutcome conclude();

    /** Releases the message, before or after it was concluded. Its lookups in flight are cancelled. */
    @Override
    void close();
}
