package org.countersign.reports.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.IpAddressText;

/**
 * Makes one report of like failures (RFC 9991 §8.1). The first one is reported at once. Those like it in the next 15 minutes become
 * one report at the end of that time, with their number.
 *
 * <p>For one thread.
 */
public final class IncidentFolding {
    static final Duration WINDOW = Duration.ofMinutes(15);
    static final int MAX_KINDS = 1000;
    private static final int IPV4_PREFIX = 24;
    private static final int IPV6_PREFIX = 48;

    private final InstantSource clock;
    // In the order of their ends, because all windows are equally long.
    private final Map<Kind, Pending> pending = new LinkedHashMap<>();
    private long dropped;

    /** Failures are alike that agree in these. */
    private record Kind(
            DomainName domain, IpNetwork network, Set<Mechanism> notAligned, String signer, String selector) {
        static Kind of(FailureReport report) {
            int prefix = report.sourceIp().getAddress().length == 4 ? IPV4_PREFIX : IPV6_PREFIX;
            byte[] octets = report.sourceIp().getAddress();
            for (int i = prefix / 8; i < octets.length; i++) {
                octets[i] = 0;
            }
            return new Kind(
                    report.policyDomain(),
                    IpNetwork.of(IpAddressText.address(octets), prefix),
                    report.notAligned(),
                    report.signature()
                            .map(signature -> signature.domain().toString())
                            .orElse(""),
                    report.signature()
                            .map(FailureReport.FailedSignature::selector)
                            .orElse(""));
        }
    }

    private static final class Pending {
        private final Instant until;
        private List<FailureReport> first = List.of();
        private long incidents;

        private Pending(Instant until) {
            this.until = until;
        }
    }

    public IncidentFolding(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes a failure. Gives the report to send now; empty if it is folded into a later one, or dropped beyond 1,000 kinds. */
    public Optional<FailureReport> offer(FailureReport report) {
        Kind kind = Kind.of(report);
        Pending like = pending.get(kind);
        if (like != null) {
            if (like.incidents == 0) {
                like.first = List.of(report);
            }
            like.incidents += report.incidents();
            return Optional.empty();
        }
        if (pending.size() >= MAX_KINDS) {
            dropped += report.incidents();
            return Optional.empty();
        }
        pending.put(kind, new Pending(clock.instant().plus(WINDOW)));
        return Optional.of(report);
    }

    /** The reports whose 15 minutes are over. What comes after them begins to be folded again. */
    public List<FailureReport> due() {
        Instant now = clock.instant();
        List<FailureReport> due = new ArrayList<>();
        List<Kind> again = new ArrayList<>();
        for (Iterator<Map.Entry<Kind, Pending>> all = pending.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Kind, Pending> next = all.next();
            Pending like = next.getValue();
            if (like.until.isAfter(now)) {
                break;
            }
            all.remove();
            for (FailureReport first : like.first) {
                due.add(first.withIncidents(like.incidents));
                again.add(next.getKey());
            }
        }
        again.forEach(kind -> pending.put(kind, new Pending(now.plus(WINDOW))));
        return due;
    }

    /** The reports whose 15 minutes are not over, because the program ends. Nothing is folded any more. */
    public List<FailureReport> end() {
        List<FailureReport> early = new ArrayList<>();
        pending.values().forEach(like -> like.first.forEach(first -> early.add(first.withIncidents(like.incidents))));
        pending.clear();
        return early;
    }

    /** When the next of the 15 minutes is over; empty if none has begun. */
    public Optional<Instant> next() {
        return pending.values().stream().findFirst().map(like -> like.until);
    }

    /** The number of failures that are in no report. */
    public long dropped() {
        return dropped;
    }
}
