package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.AlignmentCheck.Candidate;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsRecord;

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
                    DmarcProblem.INVALID_RECORD, evidence(policy, Request.NONE, List.of(), List.of(), check));
        }
        Request request = request(policy);
        List<IdentifierAlignment> aligned = check.check(authenticated(identifiers));
        if (aligned.stream().anyMatch(IdentifierAlignment::isAligned)) {
            return new DmarcResult.Pass(evidence(policy, request, aligned, List.of(), check));
        }
        // RFC 9989 §5.3.6: an error counts only where it could have changed the outcome.
        List<IdentifierAlignment> open = check.check(unresolved(unresolved));
        DmarcEvidence evidence = evidence(policy, request, aligned, open, check);
        if (has(aligned, Alignment.UNDECIDED)) {
            return new DmarcResult.TempError(DmarcProblem.ALIGNMENT_LOOKUP_FAILED, evidence);
        }
        if (open.stream().anyMatch(IdentifierAlignment::isAligned)
                || has(open, Alignment.UNDECIDED)
                || has(open, Alignment.TOO_MANY)) {
            return new DmarcResult.TempError(DmarcProblem.IDENTIFIER_UNRESOLVED, evidence);
        }
        if (request.known().isEmpty()) {
            return new DmarcResult.TempError(DmarcProblem.EXISTENCE_LOOKUP_FAILED, evidence);
        }
        DmarcProblem problem = aligned.isEmpty() ? DmarcProblem.NOTHING_AUTHENTICATED : DmarcProblem.NOTHING_ALIGNED;
        return new DmarcResult.Fail(problem, request.known().get(), evidence);
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
            Request request,
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
                request.known(),
                request.candidates(),
                identifiers,
                unresolved,
                walks);
    }

    /**
     * What the record asks for.
     *
     * @param candidates where it depends on something that the DNS did not say: what it may be
     */
    private record Request(Optional<RequestedPolicy> known, List<RequestedPolicy> candidates) {
        static final Request NONE = new Request(Optional.empty(), List.of());

        static Request of(RequestedPolicy policy) {
            return new Request(Optional.of(policy), List.of());
        }
    }

    private Request request(PublishedPolicy policy) {
        DmarcRecord record = policy.record();
        if (!record.policyTagsValid()) {
            return Request.of(request(record, DmarcPolicy.NONE, RequestedPolicy.Tag.SUBSTITUTED));
        }
        RequestedPolicy own = request(record, record.policy().orElse(DmarcPolicy.NONE), RequestedPolicy.Tag.P);
        if (policy.source() == PublishedPolicy.Source.AUTHOR_DOMAIN) {
            return Request.of(own);
        }
        // RFC 9989 §4.10.1: sp for a subdomain that exists, np for one that does not, p in the absence of either.
        RequestedPolicy existing = record.subdomainPolicy()
                .map(declared -> request(record, declared, RequestedPolicy.Tag.SP))
                .orElse(own);
        if (!record.distinguishesNonexistent()) {
            return Request.of(existing);
        }
        RequestedPolicy missing = request(record, record.nonexistentPolicy().orElseThrow(), RequestedPolicy.Tag.NP);
        return authorDomainExists()
                .map(exists -> Request.of(exists ? existing : missing))
                .orElseGet(() -> new Request(Optional.empty(), List.of(existing, missing)));
    }

    private static RequestedPolicy request(DmarcRecord record, DmarcPolicy declared, RequestedPolicy.Tag tag) {
        return RequestedPolicy.of(declared, tag, record.testing());
    }

    // RFC 9989 §3.2.13, §A.4: NXDOMAIN for the name itself, whatever the type. An alias exists, even if the
    // name that it leads to does not.
    private Optional<Boolean> authorDomainExists() {
        DnsAnswer<DnsRecord.Address> answer = dns.lookup(AuthorDiscovery.existence(authorWalk.start()));
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
