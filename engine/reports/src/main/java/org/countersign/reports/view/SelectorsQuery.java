package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.countersign.config.KeyEntry;
import org.countersign.reports.view.Selectors.Selector;
import org.countersign.store.StoreFailure;

/** Reads the selectors of a domain. */
final class SelectorsQuery {
    private static final int MAX_SELECTORS = 100;

    private final Rows rows;
    private final BiFunction<String, String, Selectors.Key> keys;
    private final ViewLimits limits;

    /**
     * @param keys the key of a signing domain and a selector in the DNS
     */
    SelectorsQuery(Rows rows, BiFunction<String, String, Selectors.Key> keys, ViewLimits limits) {
        this.rows = rows;
        this.keys = keys;
        this.limits = limits;
    }

    private record Name(String signer, String selector) {}

    private static final class Sums {
        long valid;
        long messages;
        long everValid;
        long last = Long.MIN_VALUE;
        boolean configured;
    }

    Selectors read(String domain, ViewPeriod period, Collection<KeyEntry> configured) throws StoreFailure {
        Map<Name, Sums> sums = reported(domain, period);
        for (KeyEntry key : configured) {
            String signer = key.domain().toString();
            if (signer.equals(domain) || signer.endsWith("." + domain)) {
                sums.computeIfAbsent(new Name(signer, key.selector()), name -> new Sums()).configured = true;
            }
        }
        return new Selectors(domain, period, shown(sums));
    }

    /** What reports say about each selector, in the period and before it. */
    private Map<Name, Sums> reported(String domain, ViewPeriod period) throws StoreFailure {
        Map<Name, Sums> sums = new LinkedHashMap<>();
        long first = period.first().toEpochDay();
        long last = period.last().toEpochDay();
        rows.each(
                "SELECT content, sum(CASE WHEN day BETWEEN ? AND ? THEN passed ELSE 0 END),"
                        + " sum(CASE WHEN day BETWEEN ? AND ? THEN messages ELSE 0 END), sum(passed),"
                        + " max(CASE WHEN passed > 0 THEN day ELSE 0 END)"
                        + " FROM report_source_fact WHERE domain = ? AND source = '' AND fact = 'selector'"
                        + " AND origin IN (" + Origins.of(period)
                        + ") GROUP BY content ORDER BY 4 DESC, 3 DESC LIMIT ?",
                List.of(first, last, first, last, domain, limits.sources()),
                row -> {
                    String content = Rows.text(row, 1);
                    int space = content.indexOf(' ');
                    Sums found = sums.computeIfAbsent(
                            new Name(content.substring(0, Math.max(0, space)), content.substring(space + 1)),
                            name -> new Sums());
                    found.valid = row.getLong(2);
                    found.messages = row.getLong(3);
                    found.everValid = row.getLong(4);
                    found.last = row.getLong(5);
                });
        return sums;
    }

    /** The selectors of a page, those with the most valid signatures first. */
    private List<Selector> shown(Map<Name, Sums> sums) {
        return sums.entrySet().stream()
                .filter(entry ->
                        entry.getValue().everValid > 0 || entry.getValue().configured || entry.getValue().messages > 0)
                // Where there are too many, those that a stranger invented are left out: none was ever valid.
                .sorted(Comparator.comparing((Map.Entry<Name, Sums> entry) -> !entry.getValue().configured)
                        .thenComparingLong(entry -> -entry.getValue().everValid)
                        .thenComparingLong(entry -> -entry.getValue().messages))
                .limit(MAX_SELECTORS)
                .map(entry -> selector(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(
                                (Selector selector) -> -selector.valid().whole())
                        .thenComparing(Selector::signer)
                        .thenComparing(Selector::selector))
                .toList();
    }

    private Selector selector(Name name, Sums sums) {
        boolean everValid = sums.everValid > 0;
        // Looking up what strangers invent would tell them that somebody reads their reports.
        Selectors.Key key =
                everValid || sums.configured ? keys.apply(name.signer(), name.selector()) : new Selectors.Key.Unknown();
        Selectors.State state = state(sums, key);
        return new Selector(
                name.signer(),
                name.selector(),
                new Share(sums.valid, sums.messages),
                everValid ? Optional.of(LocalDate.ofEpochDay(sums.last)) : Optional.empty(),
                sums.configured,
                key,
                state,
                SelectorAdvice.of(name.signer(), name.selector(), state, key));
    }

    private static Selectors.State state(Sums sums, Selectors.Key key) {
        if (sums.valid > 0) {
            return Selectors.State.IN_USE;
        }
        if (sums.messages > 0) {
            return Selectors.State.ONLY_FAILING;
        }
        if (sums.configured) {
            return sums.everValid > 0 ? Selectors.State.SILENT : Selectors.State.NEVER_SEEN;
        }
        return key instanceof Selectors.Key.Missing || key instanceof Selectors.Key.Revoked
                ? Selectors.State.RETIRED
                : Selectors.State.READY_TO_RETIRE;
    }
}
