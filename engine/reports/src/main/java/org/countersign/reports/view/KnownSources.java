package org.countersign.reports.view;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.countersign.domain.DomainName;
import org.countersign.store.StoreFailure;

/**
 * The sources of a domain that are not unknown: an aligned pass, our own networks, or a forwarder's marks say so. Names of
 * mail services unite sources.
 */
final class KnownSources {
    /** A source is a sender for this many days after its last aligned pass. */
    static final int SENDER_DAYS = 90;

    /** What all days of the store say about the sources of a name. */
    private static final class Evidence {
        long own;
        long all;
        long foreign;
        long forwarded;
        long lastDirect = Long.MIN_VALUE;
        long lastForeign = Long.MIN_VALUE;
        long firstPass = Long.MAX_VALUE;
        boolean ownName;
        boolean declared;
        boolean originOfSelector;
    }

    private final SourceTitles titles;
    private final Map<String, Evidence> byTitle = new TreeMap<>();
    private final long today;

    private KnownSources(SourceTitles titles, long today) {
        this.titles = titles;
        this.today = today;
    }

    /**
     * Reads what is known of a domain's sources.
     *
     * @param origins the origins that count, as an SQL list
     * @param today days since 1970
     * @param limits beyond them, sources with the fewest messages count as unknown
     */
    static KnownSources read(
            Rows rows, String domain, String origins, SourceTitles titles, long today, ViewLimits limits)
            throws StoreFailure {
        KnownSources known = new KnownSources(titles, today);
        // With a condition for the day SQLite reads the table in its own order, not row by row through the index by
        // source.
        rows.each(
                "SELECT source, flow, CASE WHEN aligned > 0 THEN 1 ELSE 0 END, sum(messages), min(day), max(day)"
                        + " FROM report_source_day WHERE domain = ? AND day >= 0 AND origin IN (" + origins + ")"
                        + " AND (aligned > 0 OR flow <> 'd') GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT ?",
                List.of(domain, limits.sources()),
                row -> known.add(
                        Rows.text(row, 1),
                        Rows.text(row, 2),
                        row.getLong(3) > 0,
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)));
        known.readOrigins(rows, domain, origins, limits);
        DomainName.parse(domain).ifPresent(known::addOwnNames);
        titles.senders().forEach(known::addDeclared);
        return known;
    }

    private void add(String source, String flow, boolean pass, long messages, long first, long last) {
        Evidence evidence = byTitle.computeIfAbsent(title(source), name -> new Evidence());
        evidence.all += messages;
        if (pass) {
            evidence.firstPass = Math.min(evidence.firstPass, first);
        }
        switch (flow) {
            case "o" -> {
                evidence.own += messages;
                evidence.lastDirect = pass ? Math.max(evidence.lastDirect, last) : evidence.lastDirect;
            }
            case "f" -> evidence.forwarded += messages;
            case "e" -> {
                evidence.foreign += messages;
                evidence.lastForeign = Math.max(evidence.lastForeign, last);
            }
            default -> {
                evidence.lastDirect = Math.max(evidence.lastDirect, last);
            }
        }
    }

    /**
     * Finds the source that makes the signatures of each selector: the one with an aligned SPF pass too, else the one with
     * the most messages. Where the same signature arrives from another source, that one has passed the message on.
     */
    private void readOrigins(Rows rows, String domain, String origins, ViewLimits limits) throws StoreFailure {
        Map<String, Map<String, Long>> bySelector = new HashMap<>();
        rows.each(
                "SELECT content, sum(messages) FROM report_source_fact WHERE domain = ? AND source = ''"
                        + " AND fact = 'signer' AND day > ? AND origin IN (" + origins
                        + ") GROUP BY content ORDER BY 2 DESC LIMIT ?",
                List.of(domain, today - SENDER_DAYS, limits.sources()),
                row -> {
                    String content = Rows.text(row, 1);
                    int space = content.indexOf(' ');
                    if (space > 0) {
                        bySelector
                                .computeIfAbsent(content.substring(0, space), selector -> new HashMap<>())
                                .merge(title(content.substring(space + 1)), row.getLong(2), Long::sum);
                    }
                });
        for (Map<String, Long> messages : bySelector.values()) {
            Set<String> direct = new HashSet<>(messages.keySet());
            direct.removeIf(name -> !hasDirectPass(name));
            if (direct.isEmpty()) {
                long most = messages.values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0);
                messages.entrySet().stream()
                        .filter(entry -> entry.getValue() == most)
                        .map(Map.Entry::getKey)
                        .forEach(direct::add);
            }
            direct.forEach(name -> byTitle.computeIfAbsent(name, title -> new Evidence()).originOfSelector = true);
        }
    }

    private boolean hasDirectPass(String title) {
        Evidence evidence = byTitle.get(title);
        return evidence != null && evidence.lastDirect != Long.MIN_VALUE;
    }

    /** A confirmed name in one of our domains makes a known source, even if nothing ever passed. */
    private void addOwnNames(DomainName domain) {
        byTitle.computeIfAbsent(title(domain.toString()), name -> new Evidence()).ownName = true;
    }

    /** A person said that it sends for the domain. */
    private void addDeclared(String title) {
        byTitle.computeIfAbsent(title, name -> new Evidence()).declared = true;
    }

    /** How many sources are known. */
    int size() {
        return byTitle.size();
    }

    /** The name of a source for people. */
    String title(String source) {
        return titles.title(source);
    }

    /** The sources of the sums that may have a name. */
    List<String> sourcesOf(String title) {
        return List.copyOf(titles.sources(title));
    }

    /** What a person said about the source with a name. */
    Source.Naming naming(String title) {
        return new Source.Naming(titles.isGiven(title), titles.senders().contains(title));
    }

    /** How many senders had their first aligned pass on this day or later. */
    int newSenders(long day) {
        return (int) byTitle.entrySet().stream()
                .filter(entry -> isNew(entry.getKey(), day))
                .count();
    }

    /** The day of the first aligned pass of a source that has one, in days since 1970. */
    long firstPass(String title) {
        Evidence evidence = byTitle.get(title);
        return evidence == null ? Long.MAX_VALUE : evidence.firstPass;
    }

    /** Whether a source is a sender, and had its first aligned pass on this day or later. */
    boolean isNew(String title, long day) {
        Evidence evidence = byTitle.get(title);
        return evidence != null
                && evidence.firstPass != Long.MAX_VALUE
                && evidence.firstPass >= day
                && kind(title) == SourceKind.SENDER;
    }

    /** All sources that are not unknown, and those of the table that share the name of one. */
    List<String> sources(String domain) {
        Set<String> sources = new TreeSet<>(titles.asked());
        sources.add(domain);
        byTitle.keySet().forEach(title -> sources.addAll(titles.sources(title)));
        return List.copyOf(sources);
    }

    /** What mail is that failed. */
    enum Failing {
        FORWARDED,
        KNOWN,
        UNKNOWN
    }

    /**
     * What mail is that failed and came from a source.
     *
     * @param flow as in the table
     */
    Failing failing(String title, String flow) {
        if (flow.equals("f")) {
            return Failing.FORWARDED;
        }
        if (flow.equals("o")) {
            return Failing.KNOWN;
        }
        return switch (kind(title)) {
            case OURS, SENDER, KNOWN_FAILING -> Failing.KNOWN;
            case FORWARDER -> Failing.FORWARDED;
            case UNKNOWN -> Failing.UNKNOWN;
        };
    }

    /** The kind of the sources with a name. */
    SourceKind kind(String title) {
        Evidence evidence = byTitle.get(title);
        if (evidence == null) {
            return SourceKind.UNKNOWN;
        }
        if (evidence.own * 2 > evidence.all) {
            return SourceKind.OURS;
        }
        boolean signs = evidence.foreign > 0 && evidence.originOfSelector;
        long lastPass = signs ? Math.max(evidence.lastDirect, evidence.lastForeign) : evidence.lastDirect;
        if (lastPass > today - SENDER_DAYS) {
            return SourceKind.SENDER;
        }
        if (evidence.declared) {
            return SourceKind.KNOWN_FAILING;
        }
        if (evidence.forwarded > 0 || (evidence.foreign > 0 && !signs)) {
            return SourceKind.FORWARDER;
        }
        return lastPass != Long.MIN_VALUE || evidence.ownName ? SourceKind.KNOWN_FAILING : SourceKind.UNKNOWN;
    }
}
