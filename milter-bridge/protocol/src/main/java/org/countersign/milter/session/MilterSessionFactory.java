package org.countersign.milter.session;

/** Opens sessions that share a filter. Thread-safe. */
public final class MilterSessionFactory {
    private final MessageFilter filter;
    private final SessionSettings settings;
    private final CapabilityWarnings warnings = new CapabilityWarnings();

    public MilterSessionFactory(MessageFilter filter, SessionSettings settings) {
        this.filter = filter;
        this.settings = settings;
    }

    /** Opens a session for a new connection. It must be used by one thread. */
    public MilterSession open(ReplyChannel replies) {
        return new MilterSession(filter, settings, warnings, replies);
    }
}
