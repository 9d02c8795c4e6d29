package org.countersign.milter.session;

import java.util.concurrent.atomic.AtomicBoolean;

/** Logs once, not for every message, that the mail server does not offer an action that is needed. */
final class CapabilityWarnings {
    private static final System.Logger LOG = System.getLogger(CapabilityWarnings.class.getName());

    private final AtomicBoolean removalLogged = new AtomicBoolean();
    private final AtomicBoolean insertionLogged = new AtomicBoolean();
    private final AtomicBoolean quarantineLogged = new AtomicBoolean();

    void cannotRemoveHeaders() {
        log(
                removalLogged,
                "the mail server does not allow header fields to be removed (SMFIF_CHGHDRS), so they are kept");
    }

    void cannotInsertHeaders() {
        log(
                insertionLogged,
                "the mail server does not allow header fields to be added (SMFIF_ADDHDRS), so none is added");
    }

    void cannotQuarantine() {
        log(
                quarantineLogged,
                "the mail server has no quarantine (SMFIF_QUARANTINE), so messages are delivered if marked, otherwise deferred");
    }

    private static void log(AtomicBoolean logged, String warning) {
        if (logged.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, warning);
        }
    }
}
