package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * One evaluation of check_host() (RFC 7208 §4): fetches the records, has each one evaluated by a {@link RecordCheck}, and
 * makes the result. For one request and one thread.
 *
 * <p>Includes and redirects are recursive calls. Each of them takes one of the terms that cause DNS lookups. So the
 * recursion ends, and is never deeper than the limit on these terms, even if the records form a cycle.
 */
final class SpfEvaluation {
    final SpfLimits limits;
    final MacroExpander macros;
    final DnsLookups dns;
    final byte[] client;
    final LookupBudget budget;
    final ReverseNames reverseNames;
    final TermRecorder terms;
    private final SpfRequest request;
    private final DomainName domain;
    private final List<SpfNearMiss> nearMisses = new ArrayList<>(0);

    SpfEvaluation(
            SpfRequest request,
            DomainName domain,
            SpfLimits limits,
            MacroExpander macros,
            DnsLookups dns,
            TermRecorder terms) {
        this.request = request;
        this.domain = domain;
        this.limits = limits;
        this.macros = macros;
        this.dns = dns;
        this.client = request.client().getAddress();
        this.budget = new LookupBudget(limits);
        this.terms = terms;
        this.reverseNames = new ReverseNames(client, dns, limits.ptrNames());
    }

    /** The result for the domain of the request. */
    SpfResult run() {
        return switch (checkHost(domain, List.of(), Optional.empty())) {
            case CheckResult.Matched matched -> result(matched);
            case CheckResult.NoMatch noMatch -> SpfResult.noMatch(evidence(noMatch.chain()));
            case Stop stop -> SpfResult.stopped(evidence(stop.chain()), stop.problem(), stop.detail());
        };
    }

    private SpfResult result(CheckResult.Matched matched) {
        SpfEvidence evidence = evidence(matched.chain());
        SpfResult result = SpfResult.matched(matched.qualifier().result(), evidence, matched.mechanism());
        if (matched.qualifier() != Qualifier.FAIL || matched.explanation().isEmpty()) {
            return result;
        }
        return new ExplanationLookup(macros, dns, reverseNames)
                .lookup(matched.explanation().get(), matched.domain())
                .map(result::withExplanation)
                .orElse(result);
    }

    private SpfEvidence evidence(List<RecordStep> chain) {
        return new SpfEvidence(
                request.identity(),
                Optional.of(domain),
                Optional.of(request.client()),
                chain,
                budget.dnsTerms(),
                budget.voidLookups(),
                reverseNames.ignored(),
                nearMisses,
                terms.terms(),
                terms.omitted());
    }

    /**
     * check_host() for one domain (RFC 7208 §§4.3 to 4.7).
     *
     * @param chain the records that lead to this domain
     * @param reachedBy the include or redirect in the last of them that names this domain; empty for the first domain
     */
    CheckResult checkHost(DomainName name, List<RecordStep> chain, Optional<String> reachedBy) {
        // RFC 7208 §4.3: a single label is no domain that could receive mail.
        if (name.labelCount() < 2) {
            return new Stop(SpfProblem.INVALID_DOMAIN, name.toString(), chain);
        }
        // RFC 7208 §4.4: type TXT only.
        DnsQuery<DnsRecord.Text> query = DnsQuery.txt(name);
        return switch (dns.lookup(query)) {
            case DnsAnswer.Found<DnsRecord.Text> found -> select(found.records(), name, chain, reachedBy);
            case DnsAnswer.NoData<DnsRecord.Text> none -> voidLookup(SpfProblem.NO_RECORD, name, chain, reachedBy);
            case DnsAnswer.NoSuchName<DnsRecord.Text> none ->
                voidLookup(SpfProblem.NO_SUCH_DOMAIN, name, chain, reachedBy);
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> Stop.atLookup(query, bad, chain);
            case DnsAnswer.Unavailable<DnsRecord.Text> error -> Stop.atLookup(query, error, chain);
        };
    }

    private Stop voidLookup(SpfProblem problem, DomainName name, List<RecordStep> chain, Optional<String> reachedBy) {
        // RFC 7208 §4.6.4: include and redirect are terms that cause lookups, so theirs can be void. Whether
        // it exceeds the limit does not matter: an include of a domain without a record, or a redirect to one,
        // is a permerror in any case.
        if (reachedBy.isPresent()) {
            budget.takeVoid();
        }
        return new Stop(problem, name.toString(), chain);
    }

    /** RFC 7208 §4.5: exactly one of the TXT records must be an SPF record. */
    private CheckResult select(
            List<DnsRecord.Text> records, DomainName name, List<RecordStep> chain, Optional<String> reachedBy) {
        Octets selected = Octets.EMPTY;
        int count = 0;
        for (DnsRecord.Text candidate : records) {
            Octets text = candidate.joined();
            if (SpfRecord.isSpf(text)) {
                selected = text;
                count++;
            }
        }
        if (count == 0) {
            return new Stop(SpfProblem.NO_RECORD, name + nearMiss(records, name), chain);
        }
        if (count > 1) {
            return new Stop(SpfProblem.MULTIPLE_RECORDS, count + " at " + name, chain);
        }
        List<RecordStep> longer = extend(chain, new RecordStep(name, reachedBy, selected.latin1()));
        // RFC 7208 §4.6: a syntax error anywhere in the record is found before any term is evaluated.
        return switch (SpfRecord.parse(selected)) {
            case Parsed.Value(SpfRecord record) -> new RecordCheck(this, name, record, longer).evaluate();
            case Parsed.Malformed(List<SyntaxFailure> failures) ->
                new Stop(SpfProblem.SYNTAX, failures.getFirst() + " of " + RecordStep.trail(longer), longer);
        };
    }

    private static List<RecordStep> extend(List<RecordStep> chain, RecordStep step) {
        if (chain.isEmpty()) {
            return List.of(step);
        }
        List<RecordStep> longer = new ArrayList<>(chain.size() + 1);
        longer.addAll(chain);
        longer.add(step);
        return List.copyOf(longer);
    }

    /** Collects TXT records that were meant as SPF records, and says what is wrong with the first one. */
    private String nearMiss(List<DnsRecord.Text> records, DomainName name) {
        List<NearMiss> found = NearMiss.among(records, NearMiss.Protocol.SPF);
        found.forEach(miss -> nearMisses.add(new SpfNearMiss(name, miss)));
        return found.isEmpty()
                ? ""
                : "; a TXT record was meant as one, but " + found.getFirst().problem();
    }
}
