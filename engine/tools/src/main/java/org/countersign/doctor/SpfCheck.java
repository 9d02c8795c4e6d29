package org.countersign.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.doctor.SpfNode.Status;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.Directive;
import org.countersign.spf.Mechanism;
import org.countersign.spf.SpfRecord;
import org.countersign.spf.SyntaxFailure;
import org.countersign.spf.Term;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Examines the SPF records of a domain, of its HELO name and of names that send nothing (RFC 7208). */
final class SpfCheck {
    private static final int MAX_STRING = 255;
    /** A name that nobody publishes. */
    static final String UNLIKELY_LABEL = "countersign-doctor-test";

    private final DomainContext context;
    private final PublicSuffixList suffixes;
    private final DomainName domain;
    private final DomainDns dns;

    SpfCheck(DomainContext context, PublicSuffixList suffixes) {
        this.context = context;
        this.suffixes = suffixes;
        this.domain = context.domain();
        this.dns = context.dns();
    }

    /** The tree of the record. */
    SpfNode run() {
        List<DnsRecord.Text> texts = dns.texts(domain);
        List<DnsRecord.Text> records = texts.stream()
                .filter(record -> SpfRecord.isSpf(record.joined()))
                .toList();
        SpfNode tree = SpfTree.of(domain, dns);
        if (records.isEmpty() && tree.status() != Status.NOT_FOLLOWED) {
            missing(texts);
        } else if (records.size() > 1) {
            several(records);
        } else if (records.size() == 1) {
            one(records.getFirst(), tree);
        }
        new SpfSize(context).run(texts);
        if (context.servers().hasObsoleteSpfRecord(domain)) {
            context.add(
                    FindingId.SPF_TYPE99,
                    domain,
                    "",
                    "A record of type SPF (99) is published, which no verifier asks for. Only the TXT record counts.");
        }
        wildcard();
        helo();
        hostNames();
        return tree;
    }

    // RFC 7208 §4.5
    private void missing(List<DnsRecord.Text> texts) {
        List<DnsRecord.Text> damaged = texts.stream().filter(SpfCheck::isMeant).toList();
        if (damaged.isEmpty()) {
            context.add(
                    FindingId.SPF_NONE,
                    domain,
                    "",
                    "No TXT record begins with v=spf1, so that receivers cannot tell which hosts may send for the domain.",
                    suggestion());
            return;
        }
        DnsRecord.Text first = damaged.getFirst();
        String text = first.joined().latin1();
        boolean quotes = SpfRepair.hasQuotes(text);
        String problem = NearMiss.among(List.of(first), NearMiss.Protocol.SPF).stream()
                .map(NearMiss::problem)
                .findFirst()
                .orElse("it begins with another version");
        context.add(new Finding(
                quotes ? FindingId.SPF_QUOTES : FindingId.SPF_VERSION_DAMAGE,
                Severity.ERROR,
                domain.toString(),
                text,
                "This record was meant as SPF, but receivers ignore it: " + problem + ".",
                repair(first)));
    }

    private static boolean isMeant(DnsRecord.Text record) {
        return !NearMiss.among(List.of(record), NearMiss.Protocol.SPF).isEmpty()
                || record.joined().startsWithIgnoreCase("spf2.0/");
    }

    private List<DnsChange> repair(DnsRecord.Text record) {
        return SpfRepair.repair(record.joined().latin1())
                .filter(this::isHarmless)
                .map(text -> List.of(DnsChange.replace(domain, List.of(record), text)))
                .orElse(List.of());
    }

    /** Whether a record that replaces the published one keeps the limits and passes nobody new by accident. */
    private boolean isHarmless(String text) {
        return !SpfRepair.isDamaged(text)
                && SpfRecord.parse(Octets.latin1(text)) instanceof Parsed.Value(SpfRecord record)
                && SpfTreeCheck.isSound(SpfTree.of(domain, record, dns))
                && !new SpfTerms(context, domain, record).passesEverybody()
                && !new SpfTerms(context, domain, record).passesTooMany();
    }

    private DnsChange suggestion() {
        StringBuilder record = new StringBuilder(SpfRecord.VERSION);
        if (!context.request().parked()) {
            context.request().addresses().forEach(address -> record.append(' ').append(term(address)));
            boolean mx = context.request().addresses().isEmpty()
                    && dns.records(DnsQuery.mx(domain)).stream()
                            .anyMatch(host -> !dns.addresses(host.exchange()).isEmpty());
            record.append(mx ? " mx" : "");
        }
        return DnsChange.publish(domain, record.append(" -all").toString());
    }

    static String term(InetAddress address) {
        InetAddress plain = IpNetwork.plain(address);
        return (plain.getAddress().length == 4 ? "ip4:" : "ip6:") + IpNetwork.renderAddress(plain);
    }

    // RFC 7208 §4.5, §3.2
    private void several(List<DnsRecord.Text> records) {
        Set<Term> terms = new LinkedHashSet<>();
        List<Term> ends = new ArrayList<>();
        boolean readable = true;
        for (DnsRecord.Text each : records) {
            if (SpfRecord.parse(each.joined()) instanceof Parsed.Value(SpfRecord record)) {
                for (Term term : record.terms()) {
                    if (term instanceof Directive directive && directive.mechanism() instanceof Mechanism.All) {
                        ends.add(term);
                    } else {
                        terms.add(term);
                    }
                }
            } else {
                readable = false;
            }
        }
        ends.stream().findFirst().ifPresent(terms::add);
        String merged = new SpfRecord(List.copyOf(terms)).render();
        context.add(new Finding(
                FindingId.SPF_SEVERAL,
                Severity.ERROR,
                domain.toString(),
                records.stream().map(each -> each.joined().latin1()).collect(Collectors.joining("\" and \"")),
                records.size()
                        + " SPF records are published, so that every check ends in permerror. There must be one.",
                readable && SpfRepair.isValid(merged) && isHarmless(merged)
                        ? List.of(DnsChange.replace(domain, records, merged))
                        : List.of()));
    }

    private void one(DnsRecord.Text published, SpfNode tree) {
        String text = published.joined().latin1();
        switch (SpfRecord.parse(published.joined())) {
            case Parsed.Malformed(List<SyntaxFailure> failures) -> malformed(published, text, failures);
            case Parsed.Value(SpfRecord record) -> {
                if (damaged(published, text)) {
                    rest(published, text);
                } else {
                    new SpfTerms(context, domain, record).run(text);
                    new SpfTreeCheck(context, domain, text, record).run(tree);
                    new SpfSenders(context).run(published, record);
                    redirected(tree);
                }
            }
        }
    }

    /** RFC 7208 §6.1: a record to which the own one redirects is its continuation. One of other people is theirs. */
    private void redirected(SpfNode tree) {
        SpfNode node = tree;
        for (Optional<SpfNode> next = node.redirected(); next.isPresent(); next = node.redirected()) {
            node = next.get();
            boolean own = suffixes.organizationalDomain(node.domain()).equals(suffixes.organizationalDomain(domain));
            if (node.record().isEmpty()) {
                return;
            }
            SpfTreeCheck check = new SpfTreeCheck(
                    context, node.domain(), node.text(), node.record().get());
            if (!own) {
                if (check.passesEverybody(node)) {
                    report(
                            FindingId.SPF_PLUS_ALL,
                            tree.text(),
                            "The redirect leads to the record of " + node.domain()
                                    + ", which passes every address of the Internet.",
                            List.of());
                }
                return;
            }
            new SpfTerms(context, node.domain(), node.record().get()).run(node.text());
            check.continued(tree, node);
        }
    }

    /** Damage that the grammar allows; true if some was found. */
    private boolean damaged(DnsRecord.Text published, String text) {
        if (isCut(published, text)) {
            report(
                    FindingId.SPF_LONG_STRING,
                    text,
                    "The record ends after 255 octets, as a panel cuts it that"
                            + " knows one character-string only. The rest of the record is lost.",
                    List.of());
            return true;
        }
        if (SpfRepair.hasQuotes(text)) {
            report(
                    FindingId.SPF_QUOTES,
                    text,
                    "Quotation marks or backslashes are a part of the record: they"
                            + " belong into a zone file and not into a web page.",
                    repair(published));
            return true;
        }
        for (String word : SpfRepair.words(text)) {
            if (SpfRepair.join(word) > 0) {
                joined(published, text, word);
                return true;
            }
            if (SpfRepair.isMechanismAsModifier(word)) {
                report(
                        FindingId.SPF_SYNTAX,
                        text,
                        "\"" + word + "\" is an unknown modifier, which is ignored: a"
                                + " mechanism is written with a colon.",
                        repair(published));
                return true;
            }
        }
        return false;
    }

    /** The other faults of a damaged record, so that they need no second examination. */
    private void rest(DnsRecord.Text published, String text) {
        SpfRepair.readable(text)
                // What the lost rest of a record says nobody knows.
                .filter(record -> !isCut(published, text))
                .ifPresent(record -> context.withoutRepairs(() -> {
                    new SpfTerms(context, domain, record).run(text);
                    new SpfTreeCheck(context, domain, text, record).run(SpfTree.of(domain, record, dns));
                }));
    }

    private void malformed(DnsRecord.Text published, String text, List<SyntaxFailure> failures) {
        if (damaged(published, text)) {
            rest(published, text);
            return;
        }
        report(
                FindingId.SPF_SYNTAX,
                text,
                "Every check ends in permerror because of one wrong term: "
                        + failures.stream()
                                .limit(3)
                                .map(SyntaxFailure::toString)
                                .collect(Collectors.joining("; ")) + ".",
                repair(published));
        rest(published, text);
    }

    private void joined(DnsRecord.Text published, String text, String word) {
        report(
                FindingId.SPF_JOIN,
                text,
                "A blank is missing inside \"" + word + "\": the strings of a TXT record" + " are joined without one.",
                repair(published));
    }

    /** One string of 255 octets that ends in the middle. */
    private static boolean isCut(DnsRecord.Text published, String text) {
        boolean whole = published.strings().size() == 1
                && published.strings().getFirst().length() == MAX_STRING;
        return whole
                && !(SpfRecord.parse(Octets.latin1(text)) instanceof Parsed.Value(SpfRecord record)
                        && (record.redirect().isPresent()
                                || SpfTerms.all(record).isPresent()));
    }

    private void report(FindingId id, String text, String sentence, List<DnsChange> fix) {
        context.add(new Finding(id, id.severity(), domain.toString(), text, sentence, fix));
    }

    // RFC 7208 §3.5
    private void wildcard() {
        DomainName unlikely = context.below(UNLIKELY_LABEL);
        dns.texts(unlikely).stream()
                .filter(record -> SpfRecord.isSpf(record.joined()))
                .findFirst()
                .filter(record -> !context.request().parked())
                .ifPresent(record -> context.add(
                        FindingId.SPF_WILDCARD,
                        context.below("*"),
                        record.joined().latin1(),
                        "A wildcard gives every name an SPF record, " + unlikely
                                + " too, but not the names that have other records."));
    }

    // RFC 7208 §2.3
    private void helo() {
        Optional<DomainName> name =
                context.request().helo().flatMap(DomainName::parse).filter(helo -> helo.labelCount() > 1);
        if (name.isEmpty() || dns.addresses(name.get()).isEmpty() || name.get().equals(domain)) {
            return;
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(name.get()));
        boolean none = !answer.isError()
                && dns.texts(name.get()).stream().noneMatch(record -> SpfRecord.isSpf(record.joined()));
        if (none) {
            context.add(
                    FindingId.SPF_HELO,
                    name.get(),
                    "",
                    "The name of the mail server has no SPF record: bounces are checked by it, because they have no other"
                            + " domain.",
                    DnsChange.publish(name.get(), "v=spf1 a -all"));
        }
    }

    private void hostNames() {
        for (DomainName name : context.request().also()) {
            boolean hosts = !dns.addresses(name).isEmpty()
                    || !dns.records(DnsQuery.mx(name)).isEmpty();
            if (name.isWithin(domain)
                    && hosts
                    && !dns.lookup(DnsQuery.txt(name)).isError()
                    && dns.texts(name).stream().noneMatch(record -> SpfRecord.isSpf(record.joined()))) {
                context.add(
                        FindingId.SPF_HOST_NAMES,
                        name,
                        "",
                        "The name sends nothing but does not say so: a forger may use it as a sender.",
                        DnsChange.publish(name, "v=spf1 -all"));
            }
        }
    }
}
