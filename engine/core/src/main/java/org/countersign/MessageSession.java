package org.countersign;

import org.countersign.smtp.MessageSink;

/**
 * One message on its way through the engine. Recipients may be told until the header section ends; then the
 * message is poured in and {@link #conclude()} is called once. Not for several threads at once.
 */
public sealed interface MessageSession extends MessageSink, AutoCloseable
        permits InboundMessage, OutboundMessage, PassedThrough, MemoryMeteredSession {
    /** A recipient that the mail server has accepted, as sent. */
    void recipient(String address);

    /**
     * The end of the message has come: waits for what is still being looked up, not beyond the message's
     * deadline, and decides. Never throws for what a message or the network does.
     */
    MessageOutcome conclude();

    /** Gives the message up, or lets go of it after the conclusion; nothing of it keeps running. */
    @Override
    void close();
}
