package org.countersign.service;

import java.util.function.BiConsumer;
import org.countersign.inbound.TemperrorTable;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/** Is told what an engine finds while it runs, by any thread; must not throw, and must not take long. */
public interface EngineListener {
    /** A key that signs turned out not to be published as it should, or is again. */
    void key(SigningIdentity identity, PublishedKey state);

    /** DMARC of a domain cannot be evaluated for so long that its mail is not deferred any more. */
    void temperrorPersists(TemperrorTable.Persistent found);

    /** News of keys alone. */
    static EngineListener ofKeys(BiConsumer<SigningIdentity, PublishedKey> keyNews) {
        return new EngineListener() {
            @Override
            public void key(SigningIdentity identity, PublishedKey state) {
                keyNews.accept(identity, state);
            }

            @Override
            public void temperrorPersists(TemperrorTable.Persistent found) {
                // The caller asked for news of keys only.
            }
        };
    }
}
