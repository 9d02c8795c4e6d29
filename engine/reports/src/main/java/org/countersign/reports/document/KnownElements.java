package org.countersign.reports.document;

import java.util.Set;

/** The names of elements in reports (RFC 9990 appendix A, RFC 7489 appendix C). */
final class KnownElements {
    static final Set<String> ALL = Set.of(
            "feedback",
            "version",
            "report_metadata",
            "policy_published",
            "extension",
            "record",
            "org_name",
            "email",
            "extra_contact_info",
            "report_id",
            "date_range",
            "begin",
            "end",
            "error",
            "generator",
            "domain",
            "p",
            "sp",
            "np",
            "adkim",
            "aspf",
            "discovery_method",
            "fo",
            "pct",
            "testing",
            "row",
            "source_ip",
            "count",
            "policy_evaluated",
            "disposition",
            "dkim",
            "spf",
            "reason",
            "type",
            "comment",
            "identifiers",
            "header_from",
            "envelope_from",
            "envelope_to",
            "auth_results",
            "selector",
            "scope",
            "result",
            "human_result");

    /** The length of the longest name. */
    static final int MAX_LENGTH = 18;

    private KnownElements() {}
}
