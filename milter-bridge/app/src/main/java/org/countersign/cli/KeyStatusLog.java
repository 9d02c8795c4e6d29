package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.function.BiConsumer;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/** Logs what the key guard finds: a key that is not published as it should be, with the record to publish. */
final class KeyStatusLog implements BiConsumer<SigningIdentity, PublishedKey> {
    private static final System.Logger LOG = System.getLogger("countersign.keys");

    @Override
    public void accept(SigningIdentity identity, PublishedKey state) {
        if (!state.isBad()) {
            LOG.log(Level.INFO, "key-published", Map.entry("key", identity.keyName()));
            return;
        }
        String record = PublicKeyRecords.zoneLine(
                identity.selector(), identity.sdid(), identity.key().publicKeyRecord());
        LOG.log(
                Level.WARNING,
                "key-not-published",
                Map.entry("key", identity.keyName()),
                Map.entry("found", state.describe()),
                Map.entry("publish", record));
    }
}
