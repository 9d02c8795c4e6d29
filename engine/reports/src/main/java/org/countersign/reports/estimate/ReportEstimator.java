package org.countersign.reports.estimate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;

/**
 * Estimates what reports would cost from the lines of messages in the log. The log does not say where a DMARC record was found, so
 * each organization counts as one policy. For one thread.
 */
public final class ReportEstimator {
    private static final int MAX_ROWS = 16_000_000;
    private static final int MAX_DOMAINS = 1_000_000;
    private static final int MAX_LARGEST = 10;
    private static final Set<String> COUNTED = Set.of("pass", "fail", "temperror", "permerror");

    private final PublicSuffixList suffixes = PublicSuffixList.bundled();
    private final NavigableMap<LocalDate, Day> days = new TreeMap<>();
    private final Map<String, Sums> domains = new HashMap<>();
    private final LongSet rows;
    private final LongSet policies;
    private final MessageDigest digest;
    private long lines;
    private long otherLines;

    private static final class Day {
        private long received;
        private long counted;
        private long rows;
        private long policies;
    }

    private static final class Sums {
        private long messages;
        private long rows;
    }

    public ReportEstimator() {
        this(MAX_ROWS);
    }

    ReportEstimator(int maxRows) {
        this.rows = new LongSet(maxRows);
        this.policies = new LongSet(maxRows);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Takes a line of the log, without its end. Lines about other events are counted only. */
    public void add(String text) {
        Optional<LogLine> line = LogLine.parse(text);
        Optional<LocalDate> date = line.flatMap(LogLine::day);
        if (line.isEmpty() || date.isEmpty()) {
            otherLines += text.isEmpty() ? 0 : 1;
            return;
        }
        lines++;
        if (line.get().text("flow").equals("inbound")) {
            Day day = days.computeIfAbsent(date.get(), any -> new Day());
            day.received++;
            count(line.get(), date.get(), day);
        }
    }

    private void count(LogLine line, LocalDate date, Day day) {
        Optional<DomainName> author = DomainName.parse(line.text("author"))
                // Not the words "ambiguous" and "missing".
                .filter(domain -> domain.labelCount() > 1);
        String address = address(line.text("client"));
        if (line.text("verdict").equals("tempfail")
                || !COUNTED.contains(line.text("dmarc"))
                || address.isEmpty()
                || author.isEmpty()) {
            return;
        }
        day.counted++;
        String organization = suffixes.organizationalDomain(author.get()).toString();
        Sums sums = domains.size() < MAX_DOMAINS
                ? domains.computeIfAbsent(organization, any -> new Sums())
                : domains.getOrDefault(organization, new Sums());
        sums.messages++;
        if (policies.add(hash(List.of(date.toString(), organization)))) {
            day.policies++;
        }
        // What a row of a report has, as far as the log shows it.
        List<String> row = List.of(
                date.toString(),
                address,
                author.get().toString(),
                domain(line.text("mail-from")),
                line.text("spf"),
                line.text("dkim"),
                line.text("dmarc"),
                disposition(line.text("verdict")));
        if (rows.add(hash(row))) {
            day.rows++;
            sums.rows++;
        }
    }

    /** {@code host[192.0.2.1]} as in the log. */
    private static String address(String client) {
        int open = client.lastIndexOf('[');
        return open >= 0 && client.endsWith("]") ? client.substring(open + 1, client.length() - 1) : "";
    }

    private static String domain(String mailFrom) {
        return mailFrom.substring(mailFrom.lastIndexOf('@') + 1).replace(">", "");
    }

    private static String disposition(String verdict) {
        return switch (verdict) {
            case "reject", "discard" -> "reject";
            case "quarantine" -> "quarantine";
            default -> "none";
        };
    }

    private long hash(Collection<String> parts) {
        digest.reset();
        for (String part : parts) {
            digest.update(part.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /**
     * The estimate of the lines so far. The first and the last day are left out if there are at least three, because a log rarely
     * has them whole.
     */
    public ReportEstimate estimate() {
        boolean whole = days.size() >= 3;
        Collection<Day> base = whole
                ? days.subMap(days.firstKey(), false, days.lastKey(), false).values()
                : days.values();
        int number = Math.max(base.size(), 1);
        int all = Math.max(days.size(), 1);
        List<ReportEstimate.Domain> largest = domains.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Sums> entry) -> -entry.getValue().messages)
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_LARGEST)
                .map(entry -> new ReportEstimate.Domain(
                        entry.getKey(), perDay(entry.getValue().messages, all), perDay(entry.getValue().rows, all)))
                .toList();
        return new ReportEstimate(
                lines,
                otherLines,
                days.isEmpty() ? Optional.empty() : Optional.of(days.firstKey()),
                days.isEmpty() ? Optional.empty() : Optional.of(days.lastKey()),
                base.size(),
                whole,
                perDay(base.stream().mapToLong(day -> day.received).sum(), number),
                perDay(base.stream().mapToLong(day -> day.counted).sum(), number),
                perDay(base.stream().mapToLong(day -> day.rows).sum(), number),
                base.stream().mapToLong(day -> day.rows).max().orElse(0),
                perDay(base.stream().mapToLong(day -> day.policies).sum(), number),
                base.stream().mapToLong(day -> day.policies).max().orElse(0),
                largest,
                rows.isFull() || policies.isFull() || domains.size() >= MAX_DOMAINS);
    }

    /** Rounded up: a domain with one message in a week still has one. */
    private static long perDay(long sum, int days) {
        return Math.ceilDiv(sum, (long) days);
    }
}
