package org.countersign.service.log;

import java.lang.System.Logger.Level;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.inbound.TemperrorTable;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.service.EngineListener;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/** Logs what an engine finds out while it runs: keys that are not published, and domains whose DMARC cannot be evaluated. */
public final class EngineLog implements EngineListener {
    private final EventLog log;

    public EngineLog(EventLog log) {
        this.log = log;
    }

    /** Logs a key that is not published as verifiers need it, with the DNS record to publish, if it is not revoked. */
    @Override
    public void key(SigningIdentity identity, PublishedKey state) {
        if (!state.isBad()) {
            log.write(new LogEvent("keys", Level.INFO, "key-published").with("key", identity.keyName()));
            return;
        }
        LogEvent event = new LogEvent("keys", Level.WARNING, "key-not-published")
                .with("key", identity.keyName())
                .with("found", state.describe());
        // Somebody has ended the use of a revoked key, perhaps because others have it.
        boolean revoked = state instanceof PublishedKey.Mismatch(PublishedKey.Fault fault, String detail)
                && fault == PublishedKey.Fault.REVOKED;
        log.write(
                revoked
                        ? event.with(
                                "advice",
                                "make a new key with countersign keygen, and name it in the policy in place of this one;"
                                        + " countersign config check shows the old record, in case it was revoked by"
                                        + " mistake")
                        : event.with(
                                "publish",
                                PublicKeyRecords.zoneLine(
                                        identity.selector(),
                                        identity.sdid(),
                                        identity.key().publicKeyRecord())));
    }

    @Override
    public void temperrorPersists(TemperrorTable.Persistent found) {
        log.write(new LogEvent("server", Level.WARNING, "dmarc-temperror-persists")
                .with("domain", found.author())
                .with("minutes", found.lasted().toMinutes())
                .with("policy", found.policy().map(DmarcPolicy::keyword).orElse("unknown"))
                .with("problem", found.describe()));
    }
}
