package org.countersign.milter.session;

import java.util.concurrent.atomic.AtomicBoolean;

/** Tells the log what the mail server does not let us do, once and not for every message. */
final class CapabilityWarnings {
    private static final System.Logger LOG = System.getLogger(CapabilityWarnings.class.getName());

    private final AtomicBoolean removalTold = new AtomicBoolean();
    private final AtomicBoolean insertionTold = new AtomicBoolean();
    private final AtomicBoolean quarantineTold = new AtomicBoolean();

    void cannotRemoveHeaders() {
        tell(removalTold, "the mail server does not let header fields be removed (SMFIF_CHGHDRS): they stay");
    }

    void cannotInsertHeaders() {
        tell(insertionTold, "the mail server does not let header fields be added (SMFIF_ADDHDRS): none is");
    }

    void cannotQuarantine() {
        tell(
                quarantineTold,
                "the mail server has no quarantine (SMFIF_QUARANTINE): kept with a mark where it has one, else refused for now");
    }

    private static void tell(AtomicBoolean told, String notice) {
        if (told.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, notice);
        }
    }
}
