package org.countersign.james;

import org.countersign.TemperrorTable;
import org.countersign.service.EngineListener;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in James' log what an engine finds while it runs. */
final class EngineLog implements EngineListener {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);

    private final KeyStatusLog keys = new KeyStatusLog();

    @Override
    public void key(SigningIdentity identity, PublishedKey state) {
        keys.accept(identity, state);
    }

    @Override
    public void temperrorPersists(TemperrorTable.Persistent found) {
        LOG.warn("DMARC of {}: {}", found.author(), found.describe());
    }
}
