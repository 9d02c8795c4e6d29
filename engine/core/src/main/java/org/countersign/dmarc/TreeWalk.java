package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.countersign.dmarc.RecordQuery.Finding;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * A DNS Tree Walk (RFC 9989 §4.10): the queries for DMARC records from a name up to the top-level domain, at most eight.
 * It depends on the name only, so the walk of the Author Domain can start before SPF and DKIM have results.
 *
 * @param start the starting point of the walk
 * @param queries in the order made, so the longest name comes first; never empty
 */
public record TreeWalk(DomainName start, List<RecordQuery> queries) {
    private static final int MAX_QUERIES = 8;

    /** What the record at a name means for the selection of the Organizational Domain (RFC 9989 §4.10.2). */
    enum WalkRole {
        /** No record. */
        NO_RECORD,
        /** A record without {@code psd}, or with {@code psd=u}. */
        PLAIN_RECORD,
        /** {@code psd=n} */
        ORGANIZATIONAL_DOMAIN,
        /** {@code psd=y} */
        PUBLIC_SUFFIX
    }

    public TreeWalk {
        queries = List.copyOf(queries);
    }

    /** Makes the queries; returns within the time limit of the lookups. */
    static TreeWalk walk(DomainName start, DnsLookups dns) {
        return walk(start, dns, query -> {});
    }

    /**
     * Makes the queries.
     *
     * @param listener receives each query as soon as it is answered
     */
    static TreeWalk walk(DomainName start, DnsLookups dns, Consumer<RecordQuery> listener) {
        List<RecordQuery> queries = new ArrayList<>(MAX_QUERIES);
        Optional<DomainName> target = Optional.of(start);
        while (target.isPresent()) {
            DomainName name = target.get();
            // Steps 1 and 5: query for a record at the target.
            RecordQuery query = RecordQuery.at(name, dns);
            queries.add(query);
            listener.accept(query);
            // Steps 2 and 6: a single record with psd=n or psd=y ends the walk.
            if (query.finding() instanceof Finding.Published(DmarcRecord record)
                    && record.psd() != DmarcRecord.Psd.UNDECLARED) {
                break;
            }
            // Steps 3, 4 and 7: after a name of eight or more labels the target has seven; after that, one label less.
            target = name.labelCount() > MAX_QUERIES ? Optional.of(name.rightmost(MAX_QUERIES - 1)) : name.parent();
        }
        return new TreeWalk(start, queries);
    }

    /** The record found at a name of the walk. */
    Optional<DmarcRecord> recordAt(DomainName name) {
        for (RecordQuery query : queries) {
            if (query.name().equals(name)) {
                return query.record();
            }
        }
        return Optional.empty();
    }

    /** The names whose lookup failed, longest first. */
    Set<DomainName> failedNames() {
        Set<DomainName> failed = new LinkedHashSet<>();
        for (RecordQuery query : queries) {
            if (query.failed()) {
                failed.add(query.name());
            }
        }
        return failed;
    }

    /** The Organizational Domain of the start (RFC 9989 §4.10.2); empty if it depends on a lookup that failed. */
    Optional<DomainName> organizationalDomain() {
        return failedNames().isEmpty()
                ? Optional.of(organizationalDomain(Map.of()))
                : OrganizationComparison.onlyPossible(this);
    }

    /**
     * The Organizational Domain, selected from the longest name to the shortest (RFC 9989 §4.10.2).
     *
     * @param assumed the roles of the names whose lookup failed; a name that is not in the map counts as
     *     {@link WalkRole#NO_RECORD}
     */
    DomainName organizationalDomain(Map<DomainName, WalkRole> assumed) {
        DomainName fewestLabels = start;
        for (RecordQuery query : queries) {
            DomainName name = query.name();
            switch (role(query, assumed)) {
                case NO_RECORD -> {}
                case PLAIN_RECORD -> fewestLabels = name;
                // Rule 1: the record has psd=n.
                case ORGANIZATIONAL_DOMAIN -> {
                    return name;
                }
                // Rule 2: the record has psd=y and is not the one where the walk started, so the Organizational Domain
                // is one label below, even if the walk skipped that name. If it is the one where the walk started, no
                // shorter name was queried, and rule 3 selects the start.
                case PUBLIC_SUFFIX -> {
                    return name.equals(start) ? start : start.rightmost(name.labelCount() + 1);
                }
            }
        }
        // Rule 3: the name with the fewest labels that has a record. Without any record, the start itself.
        return fewestLabels;
    }

    private static WalkRole role(RecordQuery query, Map<DomainName, WalkRole> assumed) {
        return switch (query.finding()) {
            case Finding.NoRecord none -> WalkRole.NO_RECORD;
            case Finding.Several several -> WalkRole.NO_RECORD;
            case Finding.LookupFailed failed -> assumed.getOrDefault(query.name(), WalkRole.NO_RECORD);
            case Finding.Published(DmarcRecord record) ->
                switch (record.psd()) {
                    case UNDECLARED -> WalkRole.PLAIN_RECORD;
                    case NO -> WalkRole.ORGANIZATIONAL_DOMAIN;
                    case YES -> WalkRole.PUBLIC_SUFFIX;
                };
        };
    }
}
