package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.countersign.reports.source.MailServices;
import org.countersign.store.StoreFailure;

/**
 * Reads what is known of the sources of domains, each domain once: most views need it, and it comes from all days of the
 * store. For one thread, and as long as a store is open for a view.
 */
final class KnownSourcesReader {
    private record Key(String domain, boolean unauthenticated) {}

    private final Rows rows;
    private final MailServices services;
    private final LocalDate today;
    private final ViewLimits limits;
    private final Map<Key, KnownSources> known = new HashMap<>();
    // Sources in the map. A site may have thousands of domains.
    private long held;

    KnownSourcesReader(Rows rows, MailServices services, LocalDate today, ViewLimits limits) {
        this.rows = rows;
        this.services = services;
        this.today = today;
        this.limits = limits;
    }

    KnownSources read(String domain, ViewPeriod period) throws StoreFailure {
        Key key = new Key(domain, period.unauthenticated());
        KnownSources sources = known.get(key);
        if (sources == null) {
            SourceTitles titles = new SourceTitles(services, rows.namedSources(domain), limits);
            sources = KnownSources.read(rows, domain, Origins.of(period), titles, today.toEpochDay(), limits);
            if (held + sources.size() > limits.sources()) {
                known.clear();
                held = 0;
            }
            held += sources.size();
            known.put(key, sources);
        }
        return sources;
    }

    LocalDate today() {
        return today;
    }
}
