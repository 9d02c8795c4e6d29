package org.countersign.milter.session;

/** Opens sessions that share a filter; good for any number of threads. */
public final class MilterSessionFactory {
    private final MessageFilter filter;
    private final SessionSettings settings;
    private final CapabilityWarnings notices = new CapabilityWarnings();

    public MilterSessionFactory(MessageFilter filter, SessionSettings settings) {
        this.filter = filter;
        this.settings = settings;
    }

    /** A session for a new connection; its commands must come from one thread. */
    public MilterSession open(ReplyChannel replies) {
        return new MilterSession(filter, settings, notices, replies);
    }
}
