package org.countersign.milter.session;

import org.countersign.message.MessageSink;

/**
 * One message under way, used by one thread. A runtime exception of any method is logged, and the message
 * is refused for now.
 */
public interface MessageTransaction extends MessageSink, AutoCloseable {
    /**
     * A recipient that the mail server has accepted so far, before the header.
     *
     * @param address as in the RCPT command, without angle brackets
     */
    void recipient(String address);

    /**
     * The message is complete. May block; the mail server is kept informed meanwhile.
     *
     * @param macros of the end of the message, the queue id now among them
     */
    FilterDecision finish(MacroValues macros);

    /** Called once, last; without {@link #finish} before it when the message came to nothing. */
    @Override
    void close();
}
