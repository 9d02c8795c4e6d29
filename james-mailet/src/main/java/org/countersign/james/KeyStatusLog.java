package org.countersign.james;

import java.util.function.BiConsumer;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what the key guard finds: a key that is not published as it should be, with the record to publish. */
final class KeyStatusLog implements BiConsumer<SigningIdentity, PublishedKey> {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);

    @Override
    public void accept(SigningIdentity identity, PublishedKey state) {
        if (!state.isBad()) {
            LOG.info("The key {} is published", identity.keyName());
            return;
        }
        LOG.warn(
                "The key {} is not published as it should be: {}; publish {}",
                identity.keyName(),
                state.describe(),
                PublicKeyRecords.zoneLine(
                        identity.selector(), identity.sdid(), identity.key().publicKeyRecord()));
    }
}
