package org.countersign;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.countersign.domain.DomainName;
import org.countersign.metrics.BoundedCounters;
import org.countersign.metrics.Counter;
import org.countersign.metrics.Label;
import org.countersign.metrics.Meter;

/**
 * Counts signatures by the key that signed. The first keys have a counter each; all others share one, like in
 * {@link BoundedCounters}. Two maps instead of one for both names, so that reading allocates no object for them.
 */
final class KeyCounters {
    private static final String DOMAIN = "domain";
    private static final String SELECTOR = "selector";
    private static final String OTHER = "other";

    private final Meter meter;
    private final Counter others;
    private final Map<DomainName, Map<String, Counter>> counters = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    KeyCounters(Meter meter) {
        this.meter = meter;
        this.others = counter(OTHER, OTHER);
    }

    private Counter counter(String domain, String selector) {
        return meter.counter(MessageMetrics.SIGNATURES, new Label(DOMAIN, domain), new Label(SELECTOR, selector));
    }

    Counter of(DomainName sdid, String selector) {
        Map<String, Counter> ofDomain = counters.get(sdid);
        Counter known = ofDomain == null ? null : ofDomain.get(selector);
        if (known != null) {
            return known;
        }
        return number.get() < MessageMetrics.MAX_NAMES ? added(sdid, selector) : others;
    }

    private Counter added(DomainName sdid, String selector) {
        return counters.computeIfAbsent(sdid, unused -> new ConcurrentHashMap<>())
                .computeIfAbsent(selector, unused -> {
                    number.incrementAndGet();
                    return counter(sdid.toString(), selector);
                });
    }
}
