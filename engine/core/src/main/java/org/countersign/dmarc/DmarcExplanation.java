package org.countersign.dmarc;

import java.util.List;

/** Puts results into words. Domain names are printing US-ASCII, so nothing here needs escaping. */
final class DmarcExplanation {
    private DmarcExplanation() {}

    static String of(DmarcResult result) {
        DmarcEvidence evidence = result.evidence();
        return switch (result) {
            case DmarcResult.Pass pass -> passed(evidence);
            case DmarcResult.Fail fail -> failed(fail.problem(), evidence) + asked(fail.policy(), evidence);
            case DmarcResult.None none -> reason(none.problem(), evidence);
            case DmarcResult.TempError error -> reason(error.problem(), evidence);
            case DmarcResult.PermError error -> reason(error.problem(), evidence);
        };
    }

    private static String passed(DmarcEvidence evidence) {
        for (IdentifierAlignment identifier : evidence.identifiers()) {
            if (identifier.isAligned()) {
                String domain = identifier.domain().equals(evidence.authorDomain())
                        ? "that very domain"
                        : identifier.domain() + ", which "
                                + identifier.alignment().describe();
                return evidence.authorDomain() + " is confirmed: "
                        + identifier.mechanism().label() + " passed for " + domain + ".";
            }
        }
        throw new IllegalArgumentException("a pass has an aligned identifier");
    }

    private static String failed(DmarcProblem problem, DmarcEvidence evidence) {
        if (problem == DmarcProblem.NOTHING_AUTHENTICATED) {
            return "Neither SPF nor DKIM passed for any domain";
        }
        List<IdentifierAlignment> identifiers = evidence.identifiers();
        IdentifierAlignment first = identifiers.get(0);
        String others = identifiers.size() == 1 ? "" : " (and " + (identifiers.size() - 1) + " more)";
        return "What passed does not speak for " + evidence.authorDomain() + ": the "
                + first.mechanism().label() + " domain " + first.domain() + others + " "
                + first.alignment().describe();
    }

    private static String asked(RequestedPolicy policy, DmarcEvidence evidence) {
        String domain = evidence.published()
                .map(published -> published.policyDomain().toString())
                .orElseGet(() -> evidence.authorDomain().toString());
        String why = evidence.method() == DiscoveryMethod.TREE_WALK ? "in test mode" : "outside of the sample";
        String testing = policy.isSteppedDown()
                ? ", " + why + " and so one level below " + policy.declared().keyword()
                : "";
        return "; " + domain + " asks for " + policy.applied().keyword() + " ("
                + policy.tag().label() + testing + ").";
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
                "The DNS did not say which DMARC record applies to " + author + trouble(evidence);
            case ALIGNMENT_LOOKUP_FAILED ->
                "The DNS did not say whether what passed belongs to the organization of " + author + trouble(evidence);
            case EXISTENCE_LOOKUP_FAILED ->
                "The DNS did not say whether " + author + " exists, on which its policy depends.";
            case IDENTIFIER_UNRESOLVED -> unresolved(evidence);
            case NOTHING_AUTHENTICATED, NOTHING_ALIGNED -> failed(problem, evidence) + ".";
        };
    }

    private static String nearMiss(DmarcEvidence evidence) {
        for (TreeWalk walk : evidence.walks()) {
            for (TreeWalk.Step step : walk.steps()) {
                if (step.finding() instanceof TreeWalk.Finding.Nothing nothing
                        && !nothing.nearMisses().isEmpty()) {
                    return "; a TXT record at _dmarc." + step.name() + " was meant as one, but "
                            + nothing.nearMisses().getFirst().problem() + ".";
                }
            }
        }
        return ".";
    }

    private static String trouble(DmarcEvidence evidence) {
        for (TreeWalk walk : evidence.walks()) {
            for (TreeWalk.Step step : walk.steps()) {
                if (step.finding() instanceof TreeWalk.Finding.Trouble trouble) {
                    return " (_dmarc." + step.name() + ": " + trouble.detail() + ").";
                }
            }
        }
        return ".";
    }

    private static String unresolved(DmarcEvidence evidence) {
        for (IdentifierAlignment each : evidence.unresolved()) {
            if (each.isAligned()) {
                return "A temporary error kept " + each.mechanism().label() + " from a result for " + each.domain()
                        + ", which " + each.alignment().describe() + ".";
            }
        }
        return "A temporary error kept SPF or DKIM from a result that might have spoken for " + evidence.authorDomain()
                + ".";
    }
}
