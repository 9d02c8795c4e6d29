package org.countersign.spf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.CheckResult.Finding;
import org.countersign.spf.CheckResult.Target;
import org.countersign.spf.CheckResult.Undecided;
import org.countersign.spf.Mechanism.DualPrefix;

/**
 * One check, from the first question to the result (RFC 7208 §4). Made for it and thrown away.
 *
 * <p>Includes and redirects are recursion. It ends, and is never deeper than the limit on terms, since
 * each of them takes one of these terms for good, whatever cycle the records form.
 */
final class SpfEvaluation {
    private static final Finding NO_MATCH = new Finding.NoMatch();
    private static final Target UNUSABLE = new Target.Unusable();
    // By preference as mail is sent, then by name, so that the order of an answer does not matter.
    private static final Comparator<DnsRecord.MailExchange> MX_ORDER =
            Comparator.comparingInt(DnsRecord.MailExchange::preference).thenComparing(DnsRecord.MailExchange::exchange);

    private final SpfRequest request;
    private final DomainName domain;
    private final SpfLimits limits;
    private final MacroExpander macros;
    private final DnsLookups dns;
    private final byte[] client;
    private final LookupBudget budget;
    private final ReverseNames reverseNames;
    private final RecordLookup records;
    private final ExplanationLookup explanations;

    /** A record under evaluation: the way to it, and the domain that it stands at. */
    private record Scope(DomainName domain, List<RecordStep> hops) {}

    SpfEvaluation(SpfRequest request, DomainName domain, SpfLimits limits, MacroExpander macros, DnsLookups dns) {
        this.request = request;
        this.domain = domain;
        this.limits = limits;
        this.macros = macros;
        this.dns = dns;
        this.client = request.client().getAddress();
        this.budget = new LookupBudget(limits);
        this.reverseNames = new ReverseNames(client, dns, limits.ptrNames());
        this.records = new RecordLookup(dns);
        this.explanations = new ExplanationLookup(macros, dns, reverseNames);
    }

    SpfResult run() {
        return switch (check(domain, List.of(), Optional.empty())) {
            case CheckResult.Matched matched -> conclude(matched);
            case CheckResult.Defaulted defaulted -> new SpfResult.Neutral(evidence(defaulted.hops()), Optional.empty());
            case Undecided undecided -> conclude(undecided);
        };
    }

    private SpfEvidence evidence(List<RecordStep> hops) {
        return new SpfEvidence(
                request.identity(),
                Optional.of(domain),
                Optional.of(request.client()),
                hops,
                budget.dnsTerms(),
                budget.voidLookups(),
                reverseNames.ignored(),
                records.nearMisses());
    }

    private SpfResult conclude(CheckResult.Matched matched) {
        SpfEvidence evidence = evidence(matched.hops());
        return switch (matched.qualifier()) {
            case PASS -> new SpfResult.Pass(evidence, matched.mechanism());
            case FAIL ->
                new SpfResult.Fail(
                        evidence,
                        matched.mechanism(),
                        matched.explanation().flatMap(exp -> explanations.lookup(exp, matched.domain())));
            case SOFTFAIL -> new SpfResult.SoftFail(evidence, matched.mechanism());
            case NEUTRAL -> new SpfResult.Neutral(evidence, Optional.of(matched.mechanism()));
        };
    }

    private SpfResult conclude(Undecided undecided) {
        SpfEvidence evidence = evidence(undecided.hops());
        SpfProblem problem = undecided.problem();
        return switch (problem.kind()) {
            case NONE -> new SpfResult.None(evidence, problem, undecided.detail());
            case TEMPERROR -> new SpfResult.TempError(evidence, problem, undecided.detail());
            case PERMERROR -> new SpfResult.PermError(evidence, problem, undecided.detail());
        };
    }

    /** check_host() for one domain, by whichever term it was reached. */
    private CheckResult check(DomainName name, List<RecordStep> way, Optional<Term> via) {
        return switch (records.lookup(name, way, via)) {
            case RecordLookup.Selected selected -> evaluate(selected.record(), new Scope(name, selected.hops()));
            case Undecided undecided -> {
                // RFC 7208 §4.6.4: include and redirect are among the terms that ask the DNS, so finding
                // nothing is a void lookup of theirs. Whether it is one too many does not matter: an
                // include of nothing and a redirect to nothing are permerrors in any case.
                if (undecided.isVoid() && via.isPresent()) {
                    budget.takeVoid();
                }
                yield undecided;
            }
        };
    }

    /** RFC 7208 §§4.6.2, 4.7: the first mechanism that matches decides. */
    private CheckResult evaluate(SpfRecord record, Scope scope) {
        for (Term term : record.terms()) {
            if (term instanceof Directive directive) {
                switch (test(directive, scope)) {
                    case Finding.Match match -> {
                        return new CheckResult.Matched(
                                directive.qualifier(),
                                match.mechanism(),
                                match.hops(),
                                record.explanation(),
                                scope.domain());
                    }
                    case Finding.NoMatch next -> {}
                    case Undecided undecided -> {
                        return undecided;
                    }
                }
            }
        }
        // RFC 7208 §6.1: never reached where there is an "all", which makes a redirect mean nothing.
        return record.redirect().isPresent()
                ? redirect(record.redirect().get(), scope)
                : new CheckResult.Defaulted(scope.hops());
    }

    private Finding test(Directive directive, Scope scope) {
        return switch (directive.mechanism()) {
            case Mechanism.All all -> match(directive, scope);
            case Mechanism.Ip4 ip4 -> ip4.network().contains(client) ? match(directive, scope) : NO_MATCH;
            case Mechanism.Ip6 ip6 -> ip6.network().contains(client) ? match(directive, scope) : NO_MATCH;
            case Mechanism.Include include -> include(directive, include, scope);
            case Mechanism.A a -> onTarget(a.target(), directive, scope, name -> a(directive, a, scope, name));
            case Mechanism.Mx mx -> onTarget(mx.target(), directive, scope, name -> mx(directive, mx, scope, name));
            case Mechanism.Ptr ptr -> onTarget(ptr.target(), directive, scope, name -> ptr(directive, scope, name));
            case Mechanism.Exists exists ->
                onTarget(Optional.of(exists.target()), directive, scope, name -> exists(directive, scope, name));
        };
    }

    private static Finding match(Directive directive, Scope scope) {
        return new Finding.Match(RecordStep.show(directive), scope.hops());
    }

    /** RFC 7208 §5.2. */
    private Finding include(Directive directive, Mechanism.Include include, Scope scope) {
        if (!budget.takeTerm()) {
            return problem(SpfProblem.TOO_MANY_DNS_TERMS, directive, scope);
        }
        // RFC 8616 §4: a local-part that is not US-ASCII makes the term not match, which is no error.
        if (!macros.isUsable(include.target())) {
            return NO_MATCH;
        }
        return switch (target(Optional.of(include.target()), directive, scope)) {
            case Undecided undecided -> undecided;
            case Target.Unusable none -> problem(SpfProblem.INVALID_TARGET, directive, scope);
            case Target.Name name ->
                switch (check(name.name(), scope.hops(), Optional.of(directive))) {
                    case CheckResult.Matched matched ->
                        matched.qualifier() == Qualifier.PASS
                                ? new Finding.Match(matched.mechanism(), matched.hops())
                                : NO_MATCH;
                    case CheckResult.Defaulted neutral -> NO_MATCH;
                    case Undecided undecided ->
                        undecided.problem().kind() == SpfProblem.Kind.NONE
                                ? problem(SpfProblem.INCLUDE_OF_NOTHING, directive, scope)
                                : undecided;
                };
        };
    }

    /** RFC 7208 §6.1. */
    private CheckResult redirect(Modifier.Redirect redirect, Scope scope) {
        if (!budget.takeTerm()) {
            return problem(SpfProblem.TOO_MANY_DNS_TERMS, redirect, scope);
        }
        return switch (target(Optional.of(redirect.target()), redirect, scope)) {
            case Undecided undecided -> undecided;
            case Target.Unusable none -> problem(SpfProblem.INVALID_TARGET, redirect, scope);
            case Target.Name name -> {
                CheckResult ruling = check(name.name(), scope.hops(), Optional.of(redirect));
                yield ruling instanceof Undecided undecided
                                && undecided.problem().kind() == SpfProblem.Kind.NONE
                        ? problem(SpfProblem.REDIRECT_TO_NOTHING, redirect, scope)
                        : ruling;
            }
        };
    }

    /** Takes a term that asks the DNS, and looks at its target where it has one that can be asked for. */
    private Finding onTarget(
            Optional<MacroString> text, Directive directive, Scope scope, Function<DomainName, Finding> test) {
        if (!budget.takeTerm()) {
            return problem(SpfProblem.TOO_MANY_DNS_TERMS, directive, scope);
        }
        return switch (target(text, directive, scope)) {
            case Undecided undecided -> undecided;
            case Target.Unusable none -> NO_MATCH;
            case Target.Name name -> test.apply(name.name());
        };
    }

    /** RFC 7208 §5.3. */
    private Finding a(Directive directive, Mechanism.A a, Scope scope, DomainName target) {
        DnsQuery<DnsRecord.Address> question = addressesOf(target);
        DnsAnswer<DnsRecord.Address> answer = dns.lookup(question);
        if (answer.isError()) {
            return RecordLookup.trouble(question, answer, scope.hops());
        }
        return holdsClient(answer, a.prefix()) ? match(directive, scope) : noMatch(answer.isVoid(), directive, scope);
    }

    /** RFC 7208 §5.4. A domain without an MX record has no host here: the implicit one does not count. */
    private Finding mx(Directive directive, Mechanism.Mx mx, Scope scope, DomainName target) {
        DnsQuery<DnsRecord.MailExchange> question = DnsQuery.mx(target);
        DnsAnswer<DnsRecord.MailExchange> answer = dns.lookup(question);
        if (answer.isError()) {
            return RecordLookup.trouble(question, answer, scope.hops());
        }
        if (!(answer instanceof DnsAnswer.Found<DnsRecord.MailExchange> found)) {
            return noMatch(true, directive, scope);
        }
        List<DnsRecord.MailExchange> hosts = new ArrayList<>(found.records());
        hosts.sort(MX_ORDER);
        boolean someVoid = false;
        for (int i = 0; i < hosts.size(); i++) {
            // RFC 7208 §4.6.4: no more than ten are looked up, and having more is an error.
            if (i == limits.mxNames()) {
                return problem(SpfProblem.TOO_MANY_MX_NAMES, directive, scope);
            }
            DnsQuery<DnsRecord.Address> hostQuestion = addressesOf(hosts.get(i).exchange());
            DnsAnswer<DnsRecord.Address> addresses = dns.lookup(hostQuestion);
            if (addresses.isError()) {
                return RecordLookup.trouble(hostQuestion, addresses, scope.hops());
            }
            if (holdsClient(addresses, mx.prefix())) {
                return match(directive, scope);
            }
            someVoid |= addresses.isVoid();
        }
        return noMatch(someVoid, directive, scope);
    }

    /** RFC 7208 §5.5. DNS trouble means no match here, other than for every other mechanism. */
    private Finding ptr(Directive directive, Scope scope, DomainName target) {
        boolean matches = reverseNames.hasValidatedNameWithin(target);
        if (!matches && reverseNames.ownLimit().isPresent()) {
            return problem(reverseNames.ownLimit().get(), directive, scope);
        }
        return matches
                ? match(directive, scope)
                : noMatch(reverseNames.pointers().isVoid(), directive, scope);
    }

    /** RFC 7208 §5.7: type A whatever the client's address is. */
    private Finding exists(Directive directive, Scope scope, DomainName target) {
        DnsQuery<DnsRecord.Address> question = DnsQuery.a(target);
        DnsAnswer<DnsRecord.Address> answer = dns.lookup(question);
        if (answer.isError()) {
            return RecordLookup.trouble(question, answer, scope.hops());
        }
        return answer.isVoid() ? noMatch(true, directive, scope) : match(directive, scope);
    }

    private DnsQuery<DnsRecord.Address> addressesOf(DomainName host) {
        return client.length == 4 ? DnsQuery.a(host) : DnsQuery.aaaa(host);
    }

    private boolean holdsClient(DnsAnswer<DnsRecord.Address> answer, DualPrefix prefix) {
        if (answer instanceof DnsAnswer.Found<DnsRecord.Address> found) {
            int length = client.length == 4 ? prefix.ip4() : prefix.ip6();
            for (DnsRecord.Address record : found.records()) {
                if (IpNetwork.sharePrefix(client, record.address().getAddress(), length)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Finding noMatch(boolean wasVoid, Directive directive, Scope scope) {
        return wasVoid && !budget.takeVoid() ? problem(SpfProblem.TOO_MANY_VOID_LOOKUPS, directive, scope) : NO_MATCH;
    }

    private static Undecided problem(SpfProblem problem, Term term, Scope scope) {
        return new Undecided(problem, RecordStep.show(term) + " in " + RecordStep.trail(scope.hops()), scope.hops());
    }

    /** RFC 7208 §4.8: the name that a term is about. */
    private Target target(Optional<MacroString> text, Term term, Scope scope) {
        if (text.isEmpty()) {
            return new Target.Name(scope.domain());
        }
        String validatedName = ReverseNames.NO_NAME;
        if (text.get().usesValidatedName()) {
            // RFC 7208 §4.6.4: the question that %{p} needs counts like a term.
            if (!reverseNames.isAsked() && !budget.takeTerm()) {
                return problem(SpfProblem.TOO_MANY_DNS_TERMS, term, scope);
            }
            validatedName = reverseNames.validatedName(scope.domain());
            if (reverseNames.ownLimit().isPresent()) {
                return problem(reverseNames.ownLimit().get(), term, scope);
            }
        }
        return macros.target(text.get(), scope.domain(), validatedName)
                .<Target>map(Target.Name::new)
                .orElse(UNUSABLE);
    }
}
