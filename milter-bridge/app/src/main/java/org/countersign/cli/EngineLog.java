package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.Map;
import org.countersign.TemperrorTable;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.service.EngineListener;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/** Logs what an engine finds while it runs. The keys are documented in {@code docs/log.md}. */
final class EngineLog implements EngineListener {
    private static final System.Logger LOG = System.getLogger("countersign.server");

    private final KeyStatusLog keys = new KeyStatusLog();

    @Override
    public void key(SigningIdentity identity, PublishedKey state) {
        keys.accept(identity, state);
    }

    @Override
    public void temperrorPersists(TemperrorTable.Persistent found) {
        LOG.log(
                Level.WARNING,
                "dmarc-temperror-persists",
                Map.entry("domain", found.author()),
                Map.entry("minutes", found.lasted().toMinutes()),
                Map.entry("policy", found.policy().map(DmarcPolicy::keyword).orElse("unknown")),
                Map.entry("problem", found.describe()));
    }
}
