package org.countersign.spf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.EvaluatedTerm.Outcome;
import org.countersign.spf.Mechanism.DualPrefix;

/** Evaluates the record of one domain: its directives in order, then its redirect (RFC 7208 §§4.6, 4.7). */
final class RecordCheck {
    private static final MechanismResult NO_MATCH = new MechanismResult.NoMatch(false);
    private static final MechanismResult VOID_LOOKUP = new MechanismResult.NoMatch(true);
    // By preference, as mail is sent, then by name, so that the order of an answer does not matter.
    private static final Comparator<DnsRecord.MailExchange> MX_ORDER =
            Comparator.comparingInt(DnsRecord.MailExchange::preference).thenComparing(DnsRecord.MailExchange::exchange);

    private final SpfEvaluation evaluation;
    private final DomainName domain;
    private final SpfRecord record;
    private final List<RecordStep> chain;

    /**
     * @param domain the domain that publishes the record
     * @param chain the records that lead to this one, and this one as the last
     */
    RecordCheck(SpfEvaluation evaluation, DomainName domain, SpfRecord record, List<RecordStep> chain) {
        this.evaluation = evaluation;
        this.domain = domain;
        this.record = record;
        this.chain = chain;
    }

    /** RFC 7208 §§4.6.2, 4.7: the first mechanism that matches decides. */
    CheckResult evaluate() {
        for (Term term : record.terms()) {
            if (term instanceof Directive directive) {
                int recorded = begin(directive);
                switch (test(directive)) {
                    case MechanismResult.Match match -> {
                        evaluation.terms.end(recorded, Outcome.MATCH);
                        return new CheckResult.Matched(
                                directive.qualifier(), match.mechanism(), match.chain(), record.explanation(), domain);
                    }
                    case MechanismResult.NoMatch noMatch ->
                        evaluation.terms.end(recorded, noMatch.isVoid() ? Outcome.VOID : Outcome.NO_MATCH);
                    case Stop stop -> {
                        return stop;
                    }
                }
            }
        }
        // RFC 7208 §6.1: an "all" always matches, so a redirect in the same record has no effect.
        Optional<Modifier.Redirect> redirect = record.redirect();
        return redirect.isPresent() ? redirect(redirect.get()) : new CheckResult.NoMatch(chain);
    }

    /** Records a term, which counts as an error until its result is known. */
    private int begin(Term term) {
        return evaluation.terms.begin(domain, chain.size() - 1, term);
    }

    private MechanismResult test(Directive directive) {
        return switch (directive.mechanism()) {
            case Mechanism.All all -> match(directive);
            case Mechanism.Ip4 ip4 -> ip4.network().contains(evaluation.client) ? match(directive) : NO_MATCH;
            case Mechanism.Ip6 ip6 -> ip6.network().contains(evaluation.client) ? match(directive) : NO_MATCH;
            case Mechanism.WithTarget withTarget -> testTarget(directive, withTarget);
        };
    }

    /** The mechanisms that cause DNS lookups, each about its target name (RFC 7208 §§4.6.4, 4.8). */
    private MechanismResult testTarget(Directive directive, Mechanism.WithTarget mechanism) {
        if (!evaluation.budget.takeTerm()) {
            return stop(SpfProblem.TOO_MANY_DNS_TERMS, directive);
        }
        // RFC 8616 §4: a local part that is not US-ASCII makes an include not match. That is no error.
        if (mechanism instanceof Mechanism.Include include && !evaluation.macros.isUsable(include.target())) {
            return NO_MATCH;
        }
        Optional<MacroString> domainSpec = mechanism.domainSpec();
        Optional<SpfProblem> problem = lookUpValidatedName(domainSpec);
        if (problem.isPresent()) {
            return stop(problem.get(), directive);
        }
        Optional<DomainName> target = target(domainSpec);
        if (target.isEmpty()) {
            // RFC 7208 §§4.8, 5.2.
            return mechanism instanceof Mechanism.Include ? stop(SpfProblem.INVALID_TARGET, directive) : NO_MATCH;
        }
        return switch (mechanism) {
            case Mechanism.Include include -> include(directive, target.get());
            case Mechanism.A a -> a(directive, a.prefix(), target.get());
            case Mechanism.Mx mx -> mx(directive, mx.prefix(), target.get());
            case Mechanism.Ptr ptr -> ptr(directive, target.get());
            case Mechanism.Exists exists -> exists(directive, target.get());
        };
    }

    /** RFC 7208 §5.2. */
    private MechanismResult include(Directive directive, DomainName target) {
        return switch (evaluation.checkHost(target, chain, Optional.of(directive.render()))) {
            case CheckResult.Matched matched ->
                matched.qualifier() == Qualifier.PASS
                        ? new MechanismResult.Match(matched.mechanism(), matched.chain())
                        : NO_MATCH;
            case CheckResult.NoMatch neutral -> NO_MATCH;
            case Stop stop -> stop.isNone() ? stop(SpfProblem.INCLUDE_OF_NOTHING, directive) : stop;
        };
    }

    /** RFC 7208 §5.3. */
    private MechanismResult a(Directive directive, DualPrefix prefix, DomainName target) {
        DnsQuery<DnsRecord.Address> query = addressesOf(target);
        DnsAnswer<DnsRecord.Address> answer = evaluation.dns.lookup(query);
        if (answer.isError()) {
            return Stop.atLookup(query, answer, chain);
        }
        return matchesClient(answer, prefix) ? match(directive) : noMatch(answer.isVoid(), directive);
    }

    /** RFC 7208 §5.4. A domain without an MX record has no host here: an implicit MX does not count. */
    private MechanismResult mx(Directive directive, DualPrefix prefix, DomainName target) {
        DnsQuery<DnsRecord.MailExchange> query = DnsQuery.mx(target);
        DnsAnswer<DnsRecord.MailExchange> answer = evaluation.dns.lookup(query);
        if (answer.isError()) {
            return Stop.atLookup(query, answer, chain);
        }
        if (!(answer instanceof DnsAnswer.Found<DnsRecord.MailExchange> found)) {
            return noMatch(true, directive);
        }
        List<DnsRecord.MailExchange> hosts = new ArrayList<>(found.records());
        hosts.sort(MX_ORDER);
        boolean anyVoid = false;
        for (int i = 0; i < hosts.size(); i++) {
            // RFC 7208 §4.6.4: no more than ten hosts are looked up, and having more is an error.
            if (i == evaluation.limits.mxNames()) {
                return stop(SpfProblem.TOO_MANY_MX_NAMES, directive);
            }
            DnsQuery<DnsRecord.Address> hostQuery = addressesOf(hosts.get(i).exchange());
            DnsAnswer<DnsRecord.Address> addresses = evaluation.dns.lookup(hostQuery);
            if (addresses.isError()) {
                return Stop.atLookup(hostQuery, addresses, chain);
            }
            if (matchesClient(addresses, prefix)) {
                return match(directive);
            }
            anyVoid |= addresses.isVoid();
        }
        return noMatch(anyVoid, directive);
    }

    /** RFC 7208 §5.5. A DNS error means no match for this mechanism, and for no other one. */
    private MechanismResult ptr(Directive directive, DomainName target) {
        ReverseNames names = evaluation.reverseNames;
        if (names.hasValidatedNameWithin(target)) {
            return match(directive);
        }
        Optional<SpfProblem> localFailure = names.localFailure();
        return localFailure.isPresent()
                ? stop(localFailure.get(), directive)
                : noMatch(names.pointers().isVoid(), directive);
    }

    /** RFC 7208 §5.7: the lookup is of type A, even if the client has an IPv6 address. */
    private MechanismResult exists(Directive directive, DomainName target) {
        DnsQuery<DnsRecord.Address> query = DnsQuery.a(target);
        DnsAnswer<DnsRecord.Address> answer = evaluation.dns.lookup(query);
        if (answer.isError()) {
            return Stop.atLookup(query, answer, chain);
        }
        return answer.isVoid() ? noMatch(true, directive) : match(directive);
    }

    /** RFC 7208 §6.1. */
    private CheckResult redirect(Modifier.Redirect redirect) {
        if (!evaluation.budget.takeTerm()) {
            return stop(SpfProblem.TOO_MANY_DNS_TERMS, redirect);
        }
        Optional<MacroString> domainSpec = Optional.of(redirect.target());
        Optional<SpfProblem> problem = lookUpValidatedName(domainSpec);
        if (problem.isPresent()) {
            return stop(problem.get(), redirect);
        }
        Optional<DomainName> target = target(domainSpec);
        if (target.isEmpty()) {
            return stop(SpfProblem.INVALID_TARGET, redirect);
        }
        int recorded = begin(redirect);
        CheckResult result = evaluation.checkHost(target.get(), chain, Optional.of(redirect.render()));
        if (!(result instanceof Stop)) {
            evaluation.terms.end(recorded, result instanceof CheckResult.Matched ? Outcome.MATCH : Outcome.NO_MATCH);
        }
        return result instanceof Stop stop && stop.isNone() ? stop(SpfProblem.REDIRECT_TO_NOTHING, redirect) : result;
    }

    /**
     * Looks up the validated name of the client if a domain-spec uses it, so that {@link #target} finds it known.
     *
     * @return the limit that prevented the lookup, if any
     */
    private Optional<SpfProblem> lookUpValidatedName(Optional<MacroString> domainSpec) {
        if (domainSpec.isEmpty() || !domainSpec.get().usesValidatedName()) {
            return Optional.empty();
        }
        // RFC 7208 §4.6.4: the lookup that %{p} needs counts like a term.
        if (!evaluation.reverseNames.isLookedUp() && !evaluation.budget.takeTerm()) {
            return Optional.of(SpfProblem.TOO_MANY_DNS_TERMS);
        }
        evaluation.reverseNames.validatedName(domain);
        return evaluation.reverseNames.localFailure();
    }

    /** The target name of a term (RFC 7208 §4.8); empty if the DNS cannot be queried for it. */
    private Optional<DomainName> target(Optional<MacroString> domainSpec) {
        return domainSpec.isEmpty()
                ? Optional.of(domain)
                : evaluation.macros.target(
                        domainSpec.get(), domain, evaluation.reverseNames.validatedNameFor(domainSpec.get(), domain));
    }

    private MechanismResult match(Directive directive) {
        return new MechanismResult.Match(directive.show(), chain);
    }

    /** Counts a void lookup of a directive that does not match (RFC 7208 §4.6.4). */
    private MechanismResult noMatch(boolean isVoid, Directive directive) {
        if (!isVoid) {
            return NO_MATCH;
        }
        return evaluation.budget.takeVoid() ? VOID_LOOKUP : stop(SpfProblem.TOO_MANY_VOID_LOOKUPS, directive);
    }

    private Stop stop(SpfProblem problem, Term term) {
        return Stop.atTerm(problem, term, chain);
    }

    private DnsQuery<DnsRecord.Address> addressesOf(DomainName host) {
        return evaluation.client.length == 4 ? DnsQuery.a(host) : DnsQuery.aaaa(host);
    }

    private boolean matchesClient(DnsAnswer<DnsRecord.Address> answer, DualPrefix prefix) {
        if (answer instanceof DnsAnswer.Found<DnsRecord.Address> found) {
            byte[] client = evaluation.client;
            int length = client.length == 4 ? prefix.ip4() : prefix.ip6();
            for (DnsRecord.Address address : found.records()) {
                if (IpNetwork.sharePrefix(client, address.address().getAddress(), length)) {
                    return true;
                }
            }
        }
        return false;
    }
}
