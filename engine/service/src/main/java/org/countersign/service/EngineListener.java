package org.countersign.service;

import org.countersign.inbound.TemperrorTable;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/** Receives the findings of an engine while it runs, on any thread. Must return quickly and must not throw. */
public interface EngineListener {
    /** A signing key is not published correctly, or is again. */
    void key(SigningIdentity identity, PublishedKey state);

    /** DMARC could not be evaluated for a domain for so long that its mail is no longer deferred. */
    void temperrorPersists(TemperrorTable.Persistent found);
}
