package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.countersign.dmarc.AlignmentCheck.Candidate;
import org.countersign.dmarc.TreeWalk.Finding;
import org.countersign.dmarc.TreeWalk.Step;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * One evaluation as RFC 7489 has it: the record of the Author Domain or else of its Organizational Domain, which the
 * Public Suffix List gives, and {@code pct}.
 */
final class LegacyEvaluation {
    private final TreeWalk asked;
    private final PublicSuffixList suffixes;
    private final RandomGenerator sampling;

    LegacyEvaluation(TreeWalk asked, PublicSuffixList suffixes, RandomGenerator sampling) {
        this.asked = asked;
        this.suffixes = suffixes;
        this.sampling = sampling;
    }

    /** Asks at the Author Domain and, where there is no record at all, at its Organizational Domain (RFC 7489 §6.6.3). */
    static TreeWalk ask(DomainName author, PublicSuffixList suffixes, DnsLookups dns) {
        List<Step> steps = new ArrayList<>(2);
        steps.add(TreeWalk.step(author, dns));
        DomainName organization = suffixes.organizationalDomain(author);
        if (steps.get(0).finding() instanceof Finding.Nothing && !organization.equals(author)) {
            steps.add(TreeWalk.step(organization, dns));
        }
        return new TreeWalk(author, steps);
    }

    DmarcResult evaluate(List<AuthenticatedIdentifier> identifiers, List<UnresolvedIdentifier> unresolved) {
        Step last = asked.steps().get(asked.steps().size() - 1);
        return switch (last.finding()) {
            // RFC 7489 §6.6.3 step 5: several records end the search as none do.
            case Finding.Nothing nothing -> new DmarcResult.None(DmarcProblem.NO_RECORD, withoutRecord());
            case Finding.Several several -> new DmarcResult.None(DmarcProblem.NO_RECORD, withoutRecord());
            case Finding.Trouble trouble ->
                new DmarcResult.TempError(DmarcProblem.RECORD_LOOKUP_FAILED, withoutRecord());
            case Finding.Published found ->
                judge(
                        new PublishedPolicy(
                                last.name(),
                                last.name().equals(asked.start())
                                        ? PublishedPolicy.Source.AUTHOR_DOMAIN
                                        : PublishedPolicy.Source.ORGANIZATIONAL_DOMAIN,
                                found.record()),
                        identifiers,
                        unresolved);
        };
    }

    private DmarcResult judge(
            PublishedPolicy policy, List<AuthenticatedIdentifier> identifiers, List<UnresolvedIdentifier> unresolved) {
        DmarcRecord record = policy.record();
        LegacyTags tags = LegacyTags.of(record);
        // RFC 7489 §6.6.3 step 6
        if (!tags.policyTagsValid() && record.aggregateReports().isEmpty()) {
            return new DmarcResult.PermError(
                    DmarcProblem.INVALID_RECORD, evidence(policy, Optional.empty(), List.of(), List.of()));
        }
        List<IdentifierAlignment> aligned = compare(
                identifiers.stream()
                        .map(each -> new Candidate(each.domain(), each.mechanism()))
                        .toList(),
                record);
        RequestedPolicy requested = requested(policy, tags);
        if (aligned.stream().anyMatch(IdentifierAlignment::isAligned)) {
            return new DmarcResult.Pass(evidence(policy, Optional.of(requested), aligned, List.of()));
        }
        List<IdentifierAlignment> open = compare(
                unresolved.stream()
                        .map(each -> new Candidate(each.domain(), each.mechanism()))
                        .toList(),
                record);
        RequestedPolicy sampled = sampled(requested, tags.percentage());
        if (open.stream().anyMatch(IdentifierAlignment::isAligned)) {
            return new DmarcResult.TempError(
                    DmarcProblem.IDENTIFIER_UNRESOLVED, evidence(policy, Optional.of(sampled), aligned, open));
        }
        DmarcProblem problem = aligned.isEmpty() ? DmarcProblem.NOTHING_AUTHENTICATED : DmarcProblem.NOTHING_ALIGNED;
        return new DmarcResult.Fail(problem, sampled, evidence(policy, Optional.of(sampled), aligned, open));
    }

    private static RequestedPolicy requested(PublishedPolicy policy, LegacyTags tags) {
        DmarcRecord record = policy.record();
        if (!tags.policyTagsValid()) {
            return RequestedPolicy.of(DmarcPolicy.NONE, RequestedPolicy.Tag.SUBSTITUTED, false);
        }
        if (policy.source() != PublishedPolicy.Source.AUTHOR_DOMAIN
                && record.subdomainPolicy().isPresent()) {
            return RequestedPolicy.of(record.subdomainPolicy().get(), RequestedPolicy.Tag.SP, false);
        }
        return RequestedPolicy.of(record.policy().orElse(DmarcPolicy.NONE), RequestedPolicy.Tag.P, false);
    }

    // RFC 7489 §6.6.4: what is not in the sample gets the policy one level below.
    private RequestedPolicy sampled(RequestedPolicy requested, int percentage) {
        boolean within = percentage == 100 || sampling.nextInt(100) < percentage;
        return RequestedPolicy.of(requested.declared(), requested.tag(), !within);
    }

    private List<IdentifierAlignment> compare(List<Candidate> candidates, DmarcRecord record) {
        DomainName organization = suffixes.organizationalDomain(asked.start());
        List<IdentifierAlignment> all = new ArrayList<>(candidates.size());
        for (Candidate candidate : new LinkedHashSet<>(candidates)) {
            DomainName other = suffixes.organizationalDomain(candidate.domain());
            Alignment alignment;
            if (candidate.domain().equals(asked.start())) {
                alignment = Alignment.IDENTICAL;
            } else if (record.alignment(candidate.mechanism()) == AlignmentMode.STRICT) {
                alignment = Alignment.NOT_IDENTICAL;
            } else {
                alignment = other.equals(organization) ? Alignment.SAME_ORGANIZATION : Alignment.OTHER_ORGANIZATION;
            }
            all.add(new IdentifierAlignment(candidate.domain(), candidate.mechanism(), alignment, Optional.of(other)));
        }
        return all;
    }

    private DmarcEvidence withoutRecord() {
        return evidence(Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    private DmarcEvidence evidence(
            PublishedPolicy policy,
            Optional<RequestedPolicy> requested,
            List<IdentifierAlignment> identifiers,
            List<IdentifierAlignment> unresolved) {
        return evidence(Optional.of(policy), requested, identifiers, unresolved);
    }

    private DmarcEvidence evidence(
            Optional<PublishedPolicy> policy,
            Optional<RequestedPolicy> requested,
            List<IdentifierAlignment> identifiers,
            List<IdentifierAlignment> unresolved) {
        return new DmarcEvidence(
                asked.start(),
                policy,
                Optional.of(suffixes.organizationalDomain(asked.start())),
                requested,
                List.of(),
                identifiers,
                unresolved,
                List.of(asked),
                DiscoveryMethod.PUBLIC_SUFFIX_LIST,
                Optional.empty());
    }
}
