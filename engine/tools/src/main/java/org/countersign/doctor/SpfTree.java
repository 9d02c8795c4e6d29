package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.doctor.SpfNode.SpfTerm;
import org.countersign.doctor.SpfNode.Status;
import org.countersign.domain.DomainName;
import org.countersign.spf.Directive;
import org.countersign.spf.MacroString;
import org.countersign.spf.Mechanism;
import org.countersign.spf.Modifier;
import org.countersign.spf.SpfRecord;
import org.countersign.spf.Term;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Follows every include and redirect of a record, as a verifier does for a client that matches nothing, and counts what
 * RFC 7208 §4.6.4 counts. Names that depend on the sender or the client are not followed. For one tree.
 */
final class SpfTree {
    // A record that needs more is far beyond the limit of 10, and the rest says nothing new.
    private static final int MAX_FOLLOWED = 60;
    private static final int MAX_MX_HOSTS = 10;

    private final DomainDns dns;
    private int followed;
    // RFC 7208 §4.6.4: the names of the client are looked up once, for ptr or for %{p}.
    private boolean clientNamesLookedUp;

    private SpfTree(DomainDns dns) {
        this.dns = dns;
    }

    /** The tree of a domain, whose record may be missing. */
    static SpfNode of(DomainName domain, DomainDns dns) {
        return new SpfTree(dns).node(domain, List.of());
    }

    /** The tree of a record that is not published yet. */
    static SpfNode of(DomainName domain, SpfRecord record, DomainDns dns) {
        SpfTree tree = new SpfTree(dns);
        return new SpfNode(
                domain,
                Status.READ,
                record.render(),
                Optional.of(record),
                tree.terms(record, domain, List.of(domain)),
                "");
    }

    private SpfNode node(DomainName domain, List<DomainName> above) {
        if (above.contains(domain)) {
            return without(domain, Status.LOOP, "leads back to " + domain);
        }
        if (++followed > MAX_FOLLOWED) {
            return without(domain, Status.NOT_FOLLOWED, "not followed: too many records");
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(domain));
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Text> found -> select(domain, found.records(), above);
            case DnsAnswer.NoData<DnsRecord.Text> none -> without(domain, Status.NONE, "no record");
            case DnsAnswer.NoSuchName<DnsRecord.Text> none -> without(domain, Status.NONE, "no such name");
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> without(domain, Status.NONE, bad.describe());
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> without(domain, Status.NOT_FOLLOWED, none.describe());
        };
    }

    private static SpfNode without(DomainName domain, Status status, String detail) {
        return new SpfNode(domain, status, "", Optional.empty(), List.of(), detail);
    }

    private SpfNode select(DomainName domain, List<DnsRecord.Text> records, List<DomainName> above) {
        List<Octets> candidates = records.stream()
                .map(DnsRecord.Text::joined)
                .filter(SpfRecord::isSpf)
                .toList();
        if (candidates.size() != 1) {
            return candidates.isEmpty()
                    ? without(domain, Status.NONE, "no SPF record")
                    : without(domain, Status.SEVERAL, candidates.size() + " records");
        }
        Octets text = candidates.getFirst();
        return switch (SpfRecord.parse(text)) {
            case Parsed.Value(SpfRecord record) ->
                new SpfNode(
                        domain,
                        Status.READ,
                        text.latin1(),
                        Optional.of(record),
                        terms(record, domain, with(above, domain)),
                        "");
            case Parsed.Malformed(var failures) ->
                new SpfNode(
                        domain,
                        Status.MALFORMED,
                        text.latin1(),
                        Optional.empty(),
                        List.of(),
                        failures.getFirst().toString());
        };
    }

    private static List<DomainName> with(List<DomainName> above, DomainName domain) {
        List<DomainName> longer = new ArrayList<>(above);
        longer.add(domain);
        return List.copyOf(longer);
    }

    private List<SpfTerm> terms(SpfRecord record, DomainName domain, List<DomainName> above) {
        List<SpfTerm> terms = new ArrayList<>();
        for (Term term : record.terms()) {
            if (term instanceof Directive directive) {
                terms.add(term(directive, domain, above));
                if (directive.mechanism() instanceof Mechanism.All) {
                    return terms;
                }
            }
        }
        record.redirect().ifPresent(redirect -> terms.add(redirect(redirect, domain, above)));
        return terms;
    }

    private SpfTerm term(Directive directive, DomainName domain, List<DomainName> above) {
        String text = directive.render();
        if (!(directive.mechanism() instanceof Mechanism.WithTarget mechanism)) {
            return new SpfTerm(text, 0, false, false, Optional.empty(), "");
        }
        int cost = 1 + costOfClientNames(mechanism.domainSpec());
        Optional<DomainName> target = mechanism.domainSpec().isEmpty()
                ? Optional.of(domain)
                : mechanism.domainSpec().get().nameForAllClients(domain);
        if (mechanism instanceof Mechanism.Ptr) {
            clientNamesLookedUp = true;
            return new SpfTerm(text, cost, false, false, Optional.empty(), "the names of the client");
        }
        if (target.isEmpty()) {
            return new SpfTerm(text, cost, false, false, Optional.empty(), "depends on the sender or the client");
        }
        return switch (mechanism) {
            case Mechanism.Include include -> leading(text, cost, target.get(), above);
            case Mechanism.A a -> {
                boolean none4 = dns.lookup(DnsQuery.a(target.get())).isVoid();
                boolean none6 = dns.lookup(DnsQuery.aaaa(target.get())).isVoid();
                yield new SpfTerm(text, cost, none4, none6, Optional.empty(), addresses(none4, none6));
            }
            case Mechanism.Mx mx -> mx(text, cost, target.get());
            case Mechanism.Exists exists -> {
                boolean none = dns.lookup(DnsQuery.a(target.get())).isVoid();
                yield new SpfTerm(text, cost, none, none, Optional.empty(), none ? "no such name" : "");
            }
            case Mechanism.Ptr ptr -> throw new IllegalStateException("handled before");
        };
    }

    private int costOfClientNames(Optional<MacroString> domainSpec) {
        if (clientNamesLookedUp || domainSpec.isEmpty() || !domainSpec.get().usesValidatedName()) {
            return 0;
        }
        clientNamesLookedUp = true;
        return 1;
    }

    private static String addresses(boolean none4, boolean none6) {
        return none4 && none6 ? "no address" : none4 ? "no IPv4 address" : none6 ? "no IPv6 address" : "";
    }

    private SpfTerm mx(String text, int cost, DomainName target) {
        DnsAnswer<DnsRecord.MailExchange> answer = dns.lookup(DnsQuery.mx(target));
        if (!(answer instanceof DnsAnswer.Found<DnsRecord.MailExchange>(var hosts, var metadata))) {
            return new SpfTerm(text, cost, answer.isVoid(), answer.isVoid(), Optional.empty(), "no MX record");
        }
        boolean none4 = false;
        boolean none6 = false;
        for (DnsRecord.MailExchange host : hosts.stream().limit(MAX_MX_HOSTS).toList()) {
            none4 |= dns.lookup(DnsQuery.a(host.exchange())).isVoid();
            none6 |= dns.lookup(DnsQuery.aaaa(host.exchange())).isVoid();
        }
        String hostCount = hosts.size() + (hosts.size() == 1 ? " host" : " hosts");
        String missing = addresses(none4, none6);
        return new SpfTerm(
                text,
                cost,
                none4,
                none6,
                Optional.empty(),
                hostCount + (missing.isEmpty() ? "" : ", one with " + missing));
    }

    /** The number of hosts of an mx, if it has more than RFC 7208 §4.6.4 allows. */
    static OptionalInt tooManyHosts(Mechanism.Mx mx, DomainName domain, DomainDns dns) {
        Optional<DomainName> target = mx.domainSpec().isEmpty()
                ? Optional.of(domain)
                : mx.domainSpec().get().nameForAllClients(domain);
        int hosts = target.map(name -> dns.records(DnsQuery.mx(name)).size()).orElse(0);
        return hosts > MAX_MX_HOSTS ? OptionalInt.of(hosts) : OptionalInt.empty();
    }

    private SpfTerm leading(String text, int cost, DomainName target, List<DomainName> above) {
        SpfNode node = node(target, above);
        boolean isVoid = dns.lookup(DnsQuery.txt(target)).isVoid();
        return new SpfTerm(text, cost, isVoid, isVoid, Optional.of(node), "");
    }

    private SpfTerm redirect(Modifier.Redirect redirect, DomainName domain, List<DomainName> above) {
        int cost = 1 + costOfClientNames(Optional.of(redirect.target()));
        return redirect.target()
                .nameForAllClients(domain)
                .map(target -> leading(redirect.render(), cost, target, above))
                .orElseGet(() -> new SpfTerm(
                        redirect.render(),
                        cost,
                        false,
                        false,
                        Optional.empty(),
                        "depends on the sender or the client"));
    }
}
