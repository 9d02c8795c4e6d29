package org.countersign.milter.testing;

import java.time.Duration;
import org.countersign.milter.session.SessionSettings;

/** Limits of sessions, for tests. */
public final class SessionLimits {
    private SessionLimits() {}

    /** The standard limits, but no PROGRESS while a test runs, however slow the machine is. */
    public static SessionSettings withoutProgress() {
        SessionSettings standard = SessionSettings.standard();
        return new SessionSettings(
                Duration.ofDays(1),
                standard.maxRecipients(),
                standard.maxHeaderFields(),
                standard.maxHeaderOctets(),
                standard.maxErrors());
    }
}
