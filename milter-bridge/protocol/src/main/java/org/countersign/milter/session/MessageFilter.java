package org.countersign.milter.session;

/** Judges messages; shared by all connections, so it must stand calls from many threads. */
public interface MessageFilter {
    /**
     * Begins a message at the MAIL command. Must not take long: the SMTP client waits. What it throws is
     * logged, and the message is refused for now.
     */
    MessageTransaction begin(Envelope envelope);
}
