package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.countersign.config.Suggestions;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.Directive;
import org.countersign.spf.MacroString;
import org.countersign.spf.Mechanism;
import org.countersign.spf.Modifier;
import org.countersign.spf.Qualifier;
import org.countersign.spf.SpfRecord;
import org.countersign.spf.Term;
import org.countersign.syntax.Octets;

/** Examines the terms of one valid record, without those that it leads to (RFC 7208 §5 to §7). */
final class SpfTerms {
    private static final List<IpNetwork> SPECIAL = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.2.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::1/128",
                    "fc00::/7",
                    "fe80::/10",
                    "2001:db8::/32",
                    "ff00::/8")
            .stream()
            .map(text -> IpNetwork.parse(text).orElseThrow())
            .toList();
    private static final int WIDE_IP4 = 16;
    private static final int TOO_WIDE_IP4 = 8;
    private static final int WIDE_IP6 = 32;
    private static final int TOO_WIDE_IP6 = 16;

    private final DomainContext context;
    private final DomainName domain;
    private final SpfRecord record;

    SpfTerms(DomainContext context, DomainName domain, SpfRecord record) {
        this.context = context;
        this.domain = domain;
        this.record = record;
    }

    /** The first {@code all}, which ends the record. */
    static Optional<Directive> all(SpfRecord record) {
        return record.terms().stream()
                .filter(Directive.class::isInstance)
                .map(Directive.class::cast)
                .filter(directive -> directive.mechanism() instanceof Mechanism.All)
                .findFirst();
    }

    static Optional<IpNetwork> network(Term term) {
        return switch (term) {
            case Directive(Qualifier qualifier, Mechanism.Ip4(IpNetwork network)) -> Optional.of(network);
            case Directive(Qualifier qualifier, Mechanism.Ip6(IpNetwork network)) -> Optional.of(network);
            default -> Optional.empty();
        };
    }

    private static boolean passes(Term term) {
        return term instanceof Directive directive && directive.qualifier() == Qualifier.PASS;
    }

    private void add(FindingId id, String text, String sentence, List<DnsChange> changes) {
        context.add(new Finding(id, id.severity(), domain.toString(), text, sentence, changes));
    }

    /** The record with other terms, if that is still a record of use. */
    private List<DnsChange> instead(String text, List<Term> terms) {
        return List.of(new DnsChange(domain.toString(), "TXT", List.of(text), List.of(new SpfRecord(terms).render())));
    }

    private List<Term> without(Predicate<Term> dropped) {
        return record.terms().stream().filter(term -> !dropped.test(term)).toList();
    }

    /** The terms with another {@code all} at the end. What stands behind the present one passes nobody, and does not begin to. */
    private List<Term> ending(Qualifier qualifier, Predicate<Term> dropped) {
        List<Term> terms = new ArrayList<>();
        boolean reached = true;
        for (Term term : record.terms()) {
            if (term instanceof Directive directive && directive.mechanism() instanceof Mechanism.All) {
                reached = false;
            } else if (!dropped.test(term)
                    && !(term instanceof Modifier.Redirect)
                    && (reached || term instanceof Modifier)) {
                terms.add(term);
            }
        }
        terms.add(new Directive(qualifier, new Mechanism.All()));
        return terms;
    }

    /** @param text as published */
    void run(String text) {
        if (passesEverybody()) {
            add(
                    FindingId.SPF_PLUS_ALL,
                    text,
                    "The record passes every address of the Internet, so that anybody may send for the domain.",
                    instead(text, ending(Qualifier.FAIL, SpfTerms::isEverything)));
        } else {
            end(text);
        }
        behindAll(text);
        macros(text);
        ranges(text);
        explanation(text);
        for (Term term : record.terms()) {
            if (term instanceof Modifier.Unknown unknown) {
                add(
                        FindingId.SPF_UNKNOWN_MODIFIER,
                        text,
                        "The modifier " + unknown.name() + "= is not defined and is ignored."
                                + Suggestions.nearest(unknown.name(), List.of("redirect", "exp"))
                                        .map(near -> " Did you mean " + near + "=?")
                                        .orElse(""),
                        List.of());
            }
        }
    }

    // RFC 7208 §5.1, §6.1, §8
    private void end(String text) {
        Optional<Directive> all = all(record);
        if (all.isEmpty() && record.redirect().isEmpty()) {
            add(
                    FindingId.SPF_NO_ALL,
                    text,
                    "The record ends with neither all nor redirect, so that other hosts get neutral, as with ?all.",
                    instead(text, ending(Qualifier.SOFTFAIL, term -> false)));
        }
        if (all.isPresent() && record.redirect().isPresent()) {
            add(
                    FindingId.SPF_REDIRECT_ALL,
                    text,
                    "The redirect is ignored, because all always matches.",
                    instead(text, without(Modifier.Redirect.class::isInstance)));
        }
        switch (all.map(Directive::qualifier).orElse(Qualifier.FAIL)) {
            case NEUTRAL ->
                add(
                        FindingId.SPF_NEUTRAL_ALL,
                        text,
                        "?all says nothing about other hosts, as if there were no record.",
                        instead(text, ending(Qualifier.SOFTFAIL, term -> false)));
            case SOFTFAIL ->
                add(
                        FindingId.SPF_SOFTFAIL_ALL,
                        text,
                        "~all marks mail of other hosts as doubtful. That suffices where DMARC decides.",
                        List.of());
            case PASS, FAIL -> {
                // Pass is reported as passing everybody, and fail is in order.
            }
        }
    }

    /** Whether all addresses of some family pass, unless an earlier term says otherwise. */
    boolean passesEverybody() {
        boolean lower = false;
        boolean upper = false;
        for (Term term : record.terms()) {
            if (term instanceof Directive directive && directive.mechanism() instanceof Mechanism.All) {
                return directive.qualifier() == Qualifier.PASS;
            }
            if (passes(term)) {
                if (isEverything(term)) {
                    return true;
                }
                Optional<IpNetwork> half = network(term).filter(network -> network.prefixLength() == 1);
                if (half.isPresent()) {
                    boolean high = (half.get().address().getAddress()[0] & 0x80) != 0;
                    upper |= high;
                    lower |= !high;
                }
            }
        }
        return lower && upper;
    }

    private static boolean isEverything(Term term) {
        return network(term).filter(network -> network.prefixLength() <= 1).isPresent();
    }

    private void behindAll(String text) {
        int all = 0;
        while (all < record.terms().size()
                && !(record.terms().get(all) instanceof Directive directive
                        && directive.mechanism() instanceof Mechanism.All)) {
            all++;
        }
        List<Term> behind = record.terms().stream()
                .skip(all + 1L)
                .filter(Directive.class::isInstance)
                .toList();
        if (!behind.isEmpty()) {
            add(
                    FindingId.SPF_BEHIND_ALL,
                    text,
                    "No verifier reaches " + behind.stream().map(Term::render).collect(Collectors.joining(" "))
                            + ": all matches before. Put what is needed before all; the line below changes nothing.",
                    instead(text, List.copyOf(record.terms().subList(0, all + 1))));
        }
    }

    // RFC 7208 §5.5, §5.7, §7.2, §11.6
    private void macros(String text) {
        for (Term term : record.terms()) {
            Optional<MacroString> target = target(term);
            boolean dependent =
                    target.isPresent() && target.get().nameForAllClients(domain).isEmpty();
            if ((term instanceof Directive directive && directive.mechanism() instanceof Mechanism.Ptr)
                    || target.filter(MacroString::usesValidatedName).isPresent()) {
                add(
                        FindingId.SPF_PTR,
                        text,
                        term.render()
                                + " makes receivers look up the names of every client. It is slow, and many do not"
                                + " do it: list addresses instead.",
                        List.of());
            } else if (target.filter(MacroString::usesLocalPart).isPresent()) {
                add(
                        FindingId.SPF_MACRO_LOCAL,
                        text,
                        term.render() + " puts addresses of senders into queries: who sees them learns who writes, and"
                                + " caches fill.",
                        List.of());
            } else if (dependent) {
                boolean exists =
                        term instanceof Directive directive && directive.mechanism() instanceof Mechanism.Exists;
                add(
                        exists ? FindingId.SPF_EXISTS : FindingId.SPF_MACROS,
                        text,
                        term.render() + " depends on the sender or the client, so that it was not followed.",
                        List.of());
            }
        }
    }

    private static Optional<MacroString> target(Term term) {
        return switch (term) {
            case Directive(Qualifier qualifier, Mechanism.WithTarget mechanism) -> mechanism.domainSpec();
            case Modifier.Redirect(MacroString target) -> Optional.of(target);
            case Directive directive -> Optional.empty();
            case Modifier modifier -> Optional.empty();
        };
    }

    // RFC 7208 §5.6
    private void ranges(String text) {
        List<Term> useless = new ArrayList<>();
        for (Term term : record.terms()) {
            if (isSpecial(term)) {
                useless.add(term);
            } else {
                prefixes(term).ifPresent(lengths -> wide(text, term, lengths));
            }
        }
        if (!useless.isEmpty()) {
            add(
                    FindingId.SPF_PRIVATE,
                    text,
                    "No mail arrives from the private, local or documentation addresses "
                            + useless.stream().map(Term::render).collect(Collectors.joining(" ")) + ".",
                    instead(text, without(useless::contains)));
        }
        bitsBehindPrefix(text, useless);
    }

    private static boolean isSpecial(Term term) {
        return network(term)
                .filter(network -> SPECIAL.stream().anyMatch(special -> special.covers(network)))
                .isPresent();
    }

    /** The lengths of the prefixes of a term. */
    private record Prefixes(int ip4, int ip6) {
        boolean areWide() {
            return ip4 < WIDE_IP4 || ip6 < WIDE_IP6;
        }

        boolean areTooWide() {
            return ip4 < TOO_WIDE_IP4 || ip6 < TOO_WIDE_IP6;
        }
    }

    /** Empty without a prefix, and for one that has half of all addresses or all of them: see {@link #passesEverybody}. */
    private static Optional<Prefixes> prefixes(Term term) {
        return switch (term) {
            case Directive(Qualifier qualifier, Mechanism.Ip4(IpNetwork network)) ->
                Optional.of(new Prefixes(network.prefixLength(), 128)).filter(lengths -> lengths.ip4() > 1);
            case Directive(Qualifier qualifier, Mechanism.Ip6(IpNetwork network)) ->
                Optional.of(new Prefixes(32, network.prefixLength())).filter(lengths -> lengths.ip6() > 1);
            case Directive(Qualifier qualifier, Mechanism.A a) ->
                Optional.of(new Prefixes(a.prefix().ip4(), a.prefix().ip6()));
            case Directive(Qualifier qualifier, Mechanism.Mx mx) ->
                Optional.of(new Prefixes(mx.prefix().ip4(), mx.prefix().ip6()));
            default -> Optional.empty();
        };
    }

    /** Whether a term passes so many addresses that this is an error. */
    boolean passesTooMany() {
        return record.terms().stream()
                .anyMatch(term -> passes(term)
                        && !isSpecial(term)
                        && prefixes(term).filter(Prefixes::areTooWide).isPresent());
    }

    private void wide(String text, Term term, Prefixes lengths) {
        if (!passes(term) || !lengths.areWide()) {
            return;
        }
        context.add(Finding.of(
                        FindingId.SPF_WIDE,
                        domain,
                        text,
                        term.render() + " stands for so many addresses that strangers have some of them.")
                .with(lengths.areTooWide() ? Severity.ERROR : Severity.WARNING));
    }

    private void bitsBehindPrefix(String text, List<Term> useless) {
        List<Term> terms = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (Term term : record.terms()) {
            Term plain = withoutBitsBehindPrefix(term);
            if (!plain.equals(term) && !useless.contains(term)) {
                changed.add(term.render());
            }
            terms.add(plain);
        }
        if (!changed.isEmpty()) {
            add(
                    FindingId.SPF_OVERLAP,
                    text,
                    "The address has bits behind its prefix, which are ignored: " + String.join(" ", changed) + ".",
                    instead(text, terms));
        }
    }

    private static Term withoutBitsBehindPrefix(Term term) {
        return switch (term) {
            case Directive(Qualifier qualifier, Mechanism.Ip4(IpNetwork network)) ->
                new Directive(qualifier, new Mechanism.Ip4(network.masked()));
            case Directive(Qualifier qualifier, Mechanism.Ip6(IpNetwork network)) ->
                new Directive(qualifier, new Mechanism.Ip6(network.masked()));
            default -> term;
        };
    }

    // RFC 7208 §6.2
    private void explanation(String text) {
        Optional<DomainName> name =
                record.explanation().flatMap(explanation -> explanation.target().nameForAllClients(domain));
        if (name.isEmpty()) {
            return;
        }
        List<DnsRecord.Text> texts = context.dns().texts(name.get());
        if (context.dns().lookup(DnsQuery.txt(name.get())).isError()) {
            return;
        }
        if (texts.size() != 1) {
            add(
                    FindingId.SPF_EXP_MISSING,
                    text,
                    "exp=" + name.get() + " has " + (texts.isEmpty() ? "no TXT record" : texts.size() + " TXT records")
                            + ", so that no explanation is given.",
                    instead(text, without(Modifier.Explanation.class::isInstance)));
            return;
        }
        Octets explanation = texts.getFirst().joined();
        if (!explanation.isAscii()) {
            context.add(
                    FindingId.SPF_EXP_NON_ASCII,
                    name.get(),
                    explanation.latin1(),
                    "The explanation of exp= must be US-ASCII, so that it can stand in an SMTP reply.");
        }
    }
}
