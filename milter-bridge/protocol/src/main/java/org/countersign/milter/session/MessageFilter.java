package org.countersign.milter.session;

/** Decides about messages. One filter serves all connections, so it must be thread-safe. */
public interface MessageFilter {
    /**
     * Begins a message at the MAIL command. The SMTP client waits, so it must not take long. If it throws, the exception
     * is logged and the message is deferred.
     */
    MessageTransaction begin(Envelope envelope);
}
