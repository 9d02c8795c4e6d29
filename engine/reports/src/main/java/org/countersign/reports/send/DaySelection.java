package org.countersign.reports.send;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.store.Store;
import org.countersign.syntax.Octets;

/**
 * The policies of a day that get a report, largest first, and how many get none. It makes no DNS queries.
 *
 * @param day counted from 1970-01-01 in UTC
 * @param omitted the number of policies for each reason
 */
record DaySelection(long day, List<Candidate> chosen, Map<Omission, Long> omitted) {
    private static final int FETCHED_ROWS = 1_000;

    DaySelection {
        chosen = List.copyOf(chosen);
        omitted = Map.copyOf(omitted);
    }

    /**
     * A policy with mail that is a reason for a report.
     *
     * @param domain the domain that publishes it
     */
    record Candidate(Octets policyId, int bucket, DomainName domain, long rows, long messages) {}

    /**
     * Chooses. Reads only, and leaves its transaction open.
     *
     * @param suffixes gives the organization of a domain: its own record could claim that each subdomain is one
     */
    static DaySelection of(Store store, long day, SendSettings settings, PublicSuffixList suffixes)
            throws SQLException {
        List<Candidate> chosen = new ArrayList<>();
        Map<Omission, Long> omitted = new EnumMap<>(Omission.class);
        Map<DomainName, Integer> byOrganization = new HashMap<>();
        store.allowLongStatements();
        // A policy and its rows have the same bucket, so that a cluster joins them in one place.
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT p.policy_id, p.bucket, p.domain, s.row_count, s.messages FROM"
                        + " (SELECT bucket, policy_id, count(*) AS row_count, sum(messages) AS messages"
                        + " FROM report_row WHERE day = ? GROUP BY bucket, policy_id HAVING sum(triggers) > 0) s"
                        + " JOIN report_policy p ON p.bucket = s.bucket AND p.policy_id = s.policy_id"
                        + " ORDER BY s.messages DESC, p.policy_id")) {
            query.setLong(1, day);
            query.setFetchSize(FETCHED_ROWS);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Optional<DomainName> domain = DomainName.parse(rows.getString(3));
                    if (domain.isEmpty()) {
                        continue;
                    }
                    Candidate candidate = new Candidate(
                            Octets.wrap(rows.getBytes(1)),
                            rows.getInt(2),
                            domain.get(),
                            rows.getLong(4),
                            rows.getLong(5));
                    DomainName organization = suffixes.organizationalDomain(domain.get());
                    Optional<Omission> reason =
                            reason(candidate, settings, chosen.size(), byOrganization.getOrDefault(organization, 0));
                    if (reason.isEmpty() && settings.choice().onlyKnownDomains() && !isKnown(store, day, candidate)) {
                        reason = Optional.of(Omission.UNKNOWN_DOMAIN);
                    }
                    if (reason.isPresent()) {
                        omitted.merge(reason.get(), 1L, Long::sum);
                    } else {
                        byOrganization.merge(organization, 1, Integer::sum);
                        chosen.add(candidate);
                    }
                }
            }
        }
        return new DaySelection(day, chosen, omitted);
    }

    private static Optional<Omission> reason(
            Candidate candidate, SendSettings settings, int chosen, int ofOrganization) {
        if (!settings.choice().isAbout(candidate.domain())) {
            return Optional.of(Omission.NOT_ABOUT);
        }
        if (candidate.messages() < settings.choice().minMessages()) {
            return Optional.of(Omission.FEW_MESSAGES);
        }
        if (chosen >= settings.limits().perDay()) {
            return Optional.of(Omission.DAY_LIMIT);
        }
        return ofOrganization >= settings.limits().perOrganization()
                ? Optional.of(Omission.ORGANIZATION_LIMIT)
                : Optional.empty();
    }

    /** Whether a message under this policy has passed on that day or on a day before that is still in the store. */
    private static boolean isKnown(Store store, long day, Candidate candidate) throws SQLException {
        try (PreparedStatement query = store.connection()
                .prepareStatement("SELECT 1 FROM report_row WHERE day <= ? AND bucket = ? AND policy_id = ?"
                        + " AND aligned <> 0 LIMIT 1")) {
            query.setLong(1, day);
            query.setInt(2, candidate.bucket());
            query.setBytes(3, candidate.policyId().toByteArray());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
