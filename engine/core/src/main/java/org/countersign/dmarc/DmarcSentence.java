package org.countersign.dmarc;

import java.util.List;
import java.util.stream.Stream;
import org.countersign.dmarc.RecordQuery.Finding;

/** Describes a result in one sentence. Domain names are printable US-ASCII, so no escapes are needed. */
final class DmarcSentence {
    private DmarcSentence() {}

    static String of(DmarcResult result) {
        DmarcEvidence evidence = result.evidence();
        return switch (result) {
            case DmarcResult.Pass pass -> passed(evidence);
            case DmarcResult.Fail fail -> failed(fail.problem(), evidence) + requested(fail.policy(), evidence);
            case DmarcResult.None none -> reason(none.problem(), evidence);
            case DmarcResult.TempError error -> reason(error.problem(), evidence);
            case DmarcResult.PermError error -> reason(error.problem(), evidence);
        };
    }

    private static String passed(DmarcEvidence evidence) {
        for (IdentifierAlignment identifier : evidence.authenticated()) {
            if (identifier.isAligned()) {
                String domain = identifier.domain().equals(evidence.authorDomain())
                        ? "the same domain"
                        : identifier.domain() + ", which "
                                + identifier.alignment().describe();
                return evidence.authorDomain() + " is authenticated: "
                        + identifier.mechanism().label() + " passed for " + domain + ".";
            }
        }
        throw new IllegalArgumentException("a pass has an aligned identifier");
    }

    private static String failed(DmarcProblem problem, DmarcEvidence evidence) {
        if (problem == DmarcProblem.NOTHING_AUTHENTICATED) {
            return "Neither SPF nor DKIM passed for any domain";
        }
        List<IdentifierAlignment> identifiers = evidence.authenticated();
        IdentifierAlignment first = identifiers.get(0);
        String others = identifiers.size() == 1 ? "" : " (and " + (identifiers.size() - 1) + " more)";
        return "No authenticated domain is aligned with " + evidence.authorDomain() + ": the "
                + first.mechanism().label() + " domain " + first.domain() + others + " "
                + first.alignment().describe();
    }

    private static String requested(RequestedPolicy policy, DmarcEvidence evidence) {
        String domain = evidence.published()
                .map(published -> published.policyDomain().toString())
                .orElseGet(() -> evidence.authorDomain().toString());
        String reason = evidence.discovery().method() == DiscoveryMethod.TREE_WALK
                ? "because of test mode"
                : "because the message is outside the sample";
        String steppedDown = policy.isSteppedDown()
                ? ", one level below " + policy.declared().keyword() + " " + reason
                : "";
        return "; " + domain + " asks for " + policy.applied().keyword() + " ("
                + policy.tag().label() + steppedDown + ").";
    }

    private static String reason(DmarcProblem problem, DmarcEvidence evidence) {
        String author = evidence.authorDomain().toString();
        return switch (problem) {
            case NO_RECORD -> "No DMARC record applies to " + author + nearMiss(evidence);
            case INVALID_RECORD ->
                "The DMARC record of "
                        + evidence.published()
                                .map(published -> published.policyDomain().toString())
                                .orElse(author)
                        + " has no valid policy and asks for no reports, so DMARC does not apply.";
            case RECORD_LOOKUP_FAILED ->
                "The DMARC record that applies to " + author + " is unknown, because a DNS lookup failed"
                        + firstFailure(evidence);
            case ALIGNMENT_LOOKUP_FAILED ->
                "It is unknown whether an authenticated domain belongs to the organization of " + author
                        + ", because a DNS lookup failed" + firstFailure(evidence);
            case EXISTENCE_LOOKUP_FAILED ->
                "The policy depends on whether " + author + " exists, and that DNS lookup failed.";
            case IDENTIFIER_UNRESOLVED -> unresolved(evidence);
            case NOTHING_AUTHENTICATED, NOTHING_ALIGNED -> failed(problem, evidence) + ".";
        };
    }

    private static String nearMiss(DmarcEvidence evidence) {
        for (RecordQuery query : evidence.discovery().queries()) {
            if (query.finding() instanceof Finding.NoRecord none
                    && !none.nearMisses().isEmpty()) {
                return "; a TXT record at _dmarc." + query.name() + " appears to be meant as one, but "
                        + none.nearMisses().getFirst().problem() + ".";
            }
        }
        return ".";
    }

    private static String firstFailure(DmarcEvidence evidence) {
        return Stream.concat(
                        evidence.discovery().queries().stream(),
                        evidence.identifierWalks().stream().flatMap(walk -> walk.queries().stream()))
                .filter(RecordQuery::failed)
                .findFirst()
                .map(query -> " (_dmarc." + query.name() + ": " + detail(query) + ").")
                .orElse(".");
    }

    private static String detail(RecordQuery query) {
        return query.finding() instanceof Finding.LookupFailed(String detail) ? detail : "";
    }

    private static String unresolved(DmarcEvidence evidence) {
        for (IdentifierAlignment each : evidence.unresolved()) {
            if (each.isAligned()) {
                return each.mechanism().label() + " ended in a temporary error for " + each.domain() + ", which "
                        + each.alignment().describe() + ".";
            }
        }
        return "SPF or DKIM ended in a temporary error for a domain that may be aligned with " + evidence.authorDomain()
                + ".";
    }
}
