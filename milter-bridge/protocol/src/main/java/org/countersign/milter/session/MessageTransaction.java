package org.countersign.milter.session;

import java.time.Duration;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * One message, used by one thread. All methods but {@link #finish} do nothing by default, so that a simple filter can be
 * a lambda expression. If a method throws a runtime exception, overflows the stack or does not find a class, then the
 * message is deferred and the error is logged. Other messages are not affected.
 */
public interface MessageTransaction extends MessageSink, AutoCloseable {
    /** A little longer than an engine with the default deadline takes. */
    Duration DEFAULT_DECISION_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Called for each recipient that the mail server has accepted so far, before the header section.
     *
     * @param address as in the RCPT command, without angle brackets
     */
    default void recipient(String address) {}

    @Override
    default void header(HeaderField field) {}

    @Override
    default void endOfHeaders() {}

    @Override
    default void body(byte[] octets, int offset, int length) {}

    /**
     * Called if a method before {@link #finish} has thrown.
     *
     * @return whether the message goes on: the calls continue, and {@link #finish} decides. Otherwise the message is
     *     deferred, and the error is logged
     */
    default boolean failed(Throwable error) {
        return false;
    }

    /**
     * Whether the message is refused whatever follows. A mail server that waits for replies then need not send the rest.
     */
    default boolean isRefused() {
        return false;
    }

    /**
     * Decides about the message, which is complete or refused. May block; meanwhile the mail server is sent PROGRESS.
     *
     * @param macros the macros at the end of the message, including the queue id
     */
    FilterDecision finish(MacroValues macros);

    /** The time limit of {@link #finish}. After it the message is deferred, and the thread is interrupted. */
    default Duration decisionTimeout() {
        return DEFAULT_DECISION_TIMEOUT;
    }

    /**
     * Called if the decision of {@link #finish} is about to be sent to the mail server. An error here does not change the
     * decision.
     */
    default void confirm() {}

    /** Called once, at the end. If {@link #finish} was not called before, the message was abandoned. */
    @Override
    default void close() {}
}
