package org.countersign.milter.session;

import java.time.Duration;
import org.countersign.smtp.MessageSink;

/**
 * One message under way, used by one thread. A runtime exception of any method is logged, and the message
 * is refused for now.
 */
public interface MessageTransaction extends MessageSink, AutoCloseable {
    /** A little more than an engine with its usual deadline takes. */
    Duration DEFAULT_DECISION_TIMEOUT = Duration.ofSeconds(30);

    /**
     * A recipient that the mail server has accepted so far, before the header.
     *
     * @param address as in the RCPT command, without angle brackets
     */
    void recipient(String address);

    /**
     * Whether the message is refused whatever follows, so that a mail server which waits for replies need not send the
     * rest.
     */
    default boolean isRefused() {
        return false;
    }

    /**
     * The message is complete, or refused already. May block; the mail server is kept informed meanwhile.
     *
     * @param macros of the end of the message, the queue id now among them
     */
    FilterDecision finish(MacroValues macros);

    /** How long {@link #finish} may take. Beyond it the message is deferred, and the thread in it is interrupted. */
    default Duration decisionTimeout() {
        return DEFAULT_DECISION_TIMEOUT;
    }

    /** The decision of {@link #finish} stands: it is what the mail server is told next. */
    default void confirm() {}

    /** Called once, last; without {@link #finish} before it when the message came to nothing. */
    @Override
    void close();
}
