package org.countersign.doctor;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.explain.Explanation;
import org.countersign.explain.Explanation.Count;
import org.countersign.explain.Explanation.Group;
import org.countersign.explain.Explanation.Items;
import org.countersign.explain.Explanation.Text;
import org.countersign.explain.ExplanationJson;

/**
 * What was found the last time, so that only changes are told. For one thread.
 *
 * <p>It is kept as JSON: for each domain the findings with the time at which each was found first.
 */
public final class DoctorState {
    private static final int SCHEMA = 1;
    private static final Duration LONG = Duration.ofDays(365);

    private final Map<String, Map<String, Instant>> domains;

    private DoctorState(Map<String, Map<String, Instant>> domains) {
        this.domains = domains;
    }

    /**
     * What has changed.
     *
     * @param found findings that were not there before
     * @param gone the ids and names of findings that are not there any more
     */
    public record Changes(List<Finding> found, List<String> gone) {
        public Changes {
            found = List.copyOf(found);
            gone = List.copyOf(gone);
        }

        /** Whether nobody needs to be told. */
        public boolean isEmpty() {
            return found.isEmpty() && gone.isEmpty();
        }
    }

    /** Nothing was found before. */
    public static DoctorState empty() {
        return new DoctorState(new LinkedHashMap<>());
    }

    /**
     * Reads what {@link #toBytes} has written.
     *
     * @throws IOException if it is something else
     */
    public static DoctorState read(byte[] octets) throws IOException {
        Group group = ExplanationJson.read(octets);
        if (!new Count(SCHEMA).equals(group.members().get("schema"))
                || !(group.members().get("domains") instanceof Group domains)) {
            throw new IOException("it is no state of countersign doctor");
        }
        Map<String, Map<String, Instant>> read = new LinkedHashMap<>();
        for (Map.Entry<String, Explanation> each : domains.members().entrySet()) {
            Map<String, Instant> findings = new LinkedHashMap<>();
            if (each.getValue() instanceof Items(List<Explanation> items)) {
                for (Explanation item : items) {
                    if (item instanceof Group finding
                            && finding.members().get("finding") instanceof Text(String key)
                            && finding.members().get("since") instanceof Text(String since)) {
                        findings.put(key, instant(since));
                    }
                }
            }
            read.put(each.getKey(), findings);
        }
        return new DoctorState(read);
    }

    private static Instant instant(String text) throws IOException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException invalid) {
            throw new IOException("it has the time " + text, invalid);
        }
    }

    /** One line of JSON in US-ASCII. */
    public byte[] toBytes() {
        Group all = new Group();
        domains.forEach((domain, findings) -> {
            List<Explanation> items = new ArrayList<>();
            findings.forEach(
                    (key, since) -> items.add(new Group().text("finding", key).text("since", since)));
            all.put(domain, new Items(items));
        });
        return ExplanationJson.toBytes(
                new Group().put("schema", new Count(SCHEMA)).put("domains", all));
    }

    /**
     * Compares with the last time, and remembers what is there now. A finding is not gone if the DNS gave no answer.
     *
     * @param findings of the domain
     */
    public Changes update(DomainName domain, List<Finding> findings, Instant now) {
        Map<String, Instant> before = domains.getOrDefault(domain.toString(), Map.of());
        boolean complete = findings.stream().noneMatch(finding -> finding.severity() == Severity.UNKNOWN);
        Map<String, Instant> after = new LinkedHashMap<>();
        List<Finding> found = new ArrayList<>();
        for (Finding each : findings) {
            Finding finding = aged(each, Optional.ofNullable(before.get(each.key())), now);
            after.put(each.key(), before.getOrDefault(each.key(), now));
            boolean old = before.containsKey(each.key());
            if (finding.severity() != each.severity()) {
                String aged = finding.key();
                after.put(aged, before.getOrDefault(aged, now));
                old = before.containsKey(aged);
            }
            if (!old && finding.severity() != Severity.UNKNOWN) {
                found.add(finding);
            }
        }
        List<String> gone = new ArrayList<>();
        before.forEach((key, since) -> {
            if (!after.containsKey(key)) {
                if (complete) {
                    gone.add(key);
                } else {
                    after.put(key, since);
                }
            }
        });
        domains.put(domain.toString(), after);
        return new Changes(found, gone);
    }

    /** A year of reports is enough to decide on a policy. */
    private static Finding aged(Finding finding, Optional<Instant> since, Instant now) {
        boolean old = finding.id() == FindingId.DMARC_MONITORING
                && since.filter(first -> first.plus(LONG).isBefore(now)).isPresent();
        return old ? finding.with(Severity.HINT) : finding;
    }
}
