package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.AlignmentCheck.Candidate;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuestion;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/** One evaluation, from the author's walk to the result. */
final class DmarcEvaluation {
    private final TreeWalk authorWalk;
    private final DnsLookups dns;
    private final int mostWalks;

    DmarcEvaluation(TreeWalk authorWalk, DnsLookups dns, int mostWalks) {
        this.authorWalk = authorWalk;
        this.dns = dns;
        this.mostWalks = mostWalks;
    }

    DmarcResult evaluate(List<AuthenticatedIdentifier> identifiers, List<UnresolvedIdentifier> unresolved) {
        return switch (PolicyDiscovery.of(authorWalk)) {
            case PolicyDiscovery.Nothing nothing -> new DmarcResult.None(DmarcProblem.NO_RECORD, withoutRecord());
            case PolicyDiscovery.Open open ->
                new DmarcResult.TempError(DmarcProblem.RECORD_LOOKUP_FAILED, withoutRecord());
            case PolicyDiscovery.Applies applies -> judge(applies.policy(), identifiers, unresolved);
        };
    }

    private DmarcEvidence withoutRecord() {
        return new DmarcEvidence(
                authorWalk.start(),
                Optional.empty(),
                authorWalk.organizationalDomain(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(authorWalk));
    }

    private DmarcResult judge(
            PublishedPolicy policy, List<AuthenticatedIdentifier> identifiers, List<UnresolvedIdentifier> unresolved) {
        DmarcRecord record = policy.record();
        AlignmentCheck check = new AlignmentCheck(authorWalk, record, dns, mostWalks);
        // RFC 9989 §4.10.1: without a valid policy and without a place for reports there is no DMARC.
        if (!record.policyTagsValid() && record.aggregateReports().isEmpty()) {
            return new DmarcResult.PermError(
                    DmarcProblem.INVALID_RECORD, evidence(policy, Optional.empty(), List.of(), List.of(), check));
        }
        List<IdentifierAlignment> aligned = check.check(authenticated(identifiers));
        if (aligned.stream().anyMatch(IdentifierAlignment::isAligned)) {
            return new DmarcResult.Pass(evidence(policy, requested(policy), aligned, List.of(), check));
        }
        // RFC 9989 §5.3.6: an error counts only where it could have changed the outcome.
        List<IdentifierAlignment> open = check.check(unresolved(unresolved));
        if (has(aligned, Alignment.UNDECIDED)) {
            return new DmarcResult.TempError(
                    DmarcProblem.ALIGNMENT_LOOKUP_FAILED, evidence(policy, Optional.empty(), aligned, open, check));
        }
        if (open.stream().anyMatch(IdentifierAlignment::isAligned)
                || has(open, Alignment.UNDECIDED)
                || has(open, Alignment.TOO_MANY)) {
            return new DmarcResult.TempError(
                    DmarcProblem.IDENTIFIER_UNRESOLVED, evidence(policy, Optional.empty(), aligned, open, check));
        }
        Optional<RequestedPolicy> requested = requested(policy);
        DmarcEvidence evidence = evidence(policy, requested, aligned, open, check);
        if (requested.isEmpty()) {
            return new DmarcResult.TempError(DmarcProblem.EXISTENCE_LOOKUP_FAILED, evidence);
        }
        DmarcProblem problem = aligned.isEmpty() ? DmarcProblem.NOTHING_AUTHENTICATED : DmarcProblem.NOTHING_ALIGNED;
        return new DmarcResult.Fail(problem, requested.get(), evidence);
    }

    private static List<Candidate> authenticated(List<AuthenticatedIdentifier> identifiers) {
        return identifiers.stream()
                .map(each -> new Candidate(each.domain(), each.mechanism()))
                .toList();
    }

    private static List<Candidate> unresolved(List<UnresolvedIdentifier> identifiers) {
        return identifiers.stream()
                .map(each -> new Candidate(each.domain(), each.mechanism()))
                .toList();
    }

    private static boolean has(List<IdentifierAlignment> identifiers, Alignment alignment) {
        return identifiers.stream().anyMatch(each -> each.alignment() == alignment);
    }

    private DmarcEvidence evidence(
            PublishedPolicy policy,
            Optional<RequestedPolicy> requested,
            List<IdentifierAlignment> identifiers,
            List<IdentifierAlignment> unresolved,
            AlignmentCheck check) {
        List<TreeWalk> walks = new ArrayList<>();
        walks.add(authorWalk);
        walks.addAll(check.walks());
        return new DmarcEvidence(
                authorWalk.start(),
                Optional.of(policy),
                authorWalk.organizationalDomain(),
                requested,
                identifiers,
                unresolved,
                walks);
    }

    /** What the record asks for; empty where that hangs on a question that the DNS did not answer. */
    private Optional<RequestedPolicy> requested(PublishedPolicy policy) {
        DmarcRecord record = policy.record();
        if (!record.policyTagsValid()) {
            return Optional.of(request(record, DmarcPolicy.NONE, RequestedPolicy.Tag.SUBSTITUTED));
        }
        RequestedPolicy own = request(record, record.policy().orElse(DmarcPolicy.NONE), RequestedPolicy.Tag.P);
        if (policy.source() == PublishedPolicy.Source.AUTHOR_DOMAIN) {
            return Optional.of(own);
        }
        // RFC 9989 §4.10.1: sp for a subdomain that exists, np for one that does not, p in the absence of either.
        RequestedPolicy existing = record.subdomainPolicy()
                .map(declared -> request(record, declared, RequestedPolicy.Tag.SP))
                .orElse(own);
        if (record.nonexistentPolicy().isEmpty()) {
            return Optional.of(existing);
        }
        RequestedPolicy missing = request(record, record.nonexistentPolicy().get(), RequestedPolicy.Tag.NP);
        return missing.declared() == existing.declared()
                ? Optional.of(existing)
                : authorDomainExists().map(exists -> exists ? existing : missing);
    }

    private static RequestedPolicy request(DmarcRecord record, DmarcPolicy declared, RequestedPolicy.Tag tag) {
        return RequestedPolicy.of(declared, tag, record.testing());
    }

    // RFC 9989 §3.2.13, §A.4: NXDOMAIN for the name itself, whatever the type. An alias exists, even if the
    // name that it leads to does not.
    private Optional<Boolean> authorDomainExists() {
        DomainName author = authorWalk.start();
        DnsAnswer<DnsRecord.Address> answer = dns.lookup(DnsQuestion.a(author));
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Address> found -> Optional.of(true);
            case DnsAnswer.NoData<DnsRecord.Address> none -> Optional.of(true);
            case DnsAnswer.NoSuchName<DnsRecord.Address> none ->
                Optional.of(!none.facts().aliases().isEmpty());
            case DnsAnswer.BadAnswer<DnsRecord.Address> bad -> Optional.empty();
            case DnsAnswer.Unavailable<DnsRecord.Address> none -> Optional.empty();
        };
    }
}
