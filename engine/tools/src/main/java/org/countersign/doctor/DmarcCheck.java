package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dmarc.RecordQuery.Finding.LookupFailed;
import org.countersign.dmarc.RecordQuery.Finding.NoRecord;
import org.countersign.dmarc.RecordQuery.Finding.Published;
import org.countersign.dmarc.RecordQuery.Finding.Several;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Examines which DMARC record applies to a domain, and the record of the domain itself (RFC 9989). */
final class DmarcCheck {
    private static final String VERSION = "v=DMARC1";

    private final DomainContext context;
    private final DomainName domain;
    private final DomainName owner;
    private final DomainDns dns;
    private final PublicSuffixList suffixes;

    DmarcCheck(DomainContext context, PublicSuffixList suffixes) {
        this.context = context;
        this.domain = context.domain();
        this.owner = context.below("_dmarc");
        this.dns = context.dns();
        this.suffixes = suffixes;
    }

    /** The walk, with the record that applies. */
    Discovery run() {
        Discovery discovery = new DmarcEvaluator().discover(domain, dns, Runnable::run);
        List<DnsRecord.Text> texts = dns.texts(owner);
        switch (discovery.queries().getFirst().finding()) {
            case Several several -> several(texts);
            case NoRecord none -> missing(discovery, texts);
            case Published(DmarcRecord record) -> published(discovery, texts, record);
            case LookupFailed failed -> {
                // Reported with all lookups that failed.
            }
        }
        List<DomainName> aliases = dns.lookup(DnsQuery.txt(owner)).metadata().aliases();
        if (!aliases.isEmpty()) {
            context.add(
                    FindingId.DMARC_CNAME,
                    owner,
                    "",
                    "The name is an alias: the record is that of " + aliases.getLast()
                            + ", whose owner can change it.");
        }
        suffixAbove(discovery);
        return discovery;
    }

    private List<DnsRecord.Text> records(List<DnsRecord.Text> texts) {
        return texts.stream()
                .filter(text -> DmarcRecord.parse(text.joined()).isPresent())
                .toList();
    }

    // RFC 9989 §4.10 step 2
    private void several(List<DnsRecord.Text> texts) {
        List<DnsRecord.Text> all = records(texts);
        Optional<DnsRecord.Text> kept = all.stream()
                .filter(text -> DmarcRecord.parse(text.joined())
                        .filter(record ->
                                record.policyTagsValid() && record.diagnostics().isEmpty())
                        .isPresent())
                .findFirst();
        context.add(new Finding(
                FindingId.DMARC_SEVERAL,
                Severity.ERROR,
                owner.toString(),
                all.stream().map(text -> text.joined().latin1()).collect(Collectors.joining("\" and \"")),
                all.size() + " records are published, so that receivers take none of them.",
                kept.map(text -> List.of(DnsChange.remove(
                                owner,
                                all.stream()
                                        .filter(other -> !other.equals(text))
                                        .toList())))
                        .orElse(List.of())));
    }

    /** The domain has no record: because of an error in it, because it is elsewhere, or because there is none. */
    private void missing(Discovery discovery, List<DnsRecord.Text> texts) {
        if (discovery.queries().getFirst().finding() instanceof NoRecord(var nearMisses) && !nearMisses.isEmpty()) {
            meantAsRecord(nearMisses.getFirst(), texts);
        } else if (!wrongPlace()) {
            discovery.published().ifPresentOrElse(this::inherited, this::unprotected);
        }
    }

    private void meantAsRecord(NearMiss nearMiss, List<DnsRecord.Text> texts) {
        DnsRecord.Text meant = texts.stream()
                .filter(text -> text.joined().latin1().startsWith(nearMiss.record()))
                .findFirst()
                .orElse(texts.getFirst());
        String text = meant.joined().latin1();
        context.add(new Finding(
                FindingId.DMARC_VERSION,
                Severity.ERROR,
                owner.toString(),
                text,
                "This record was meant as DMARC, but receivers ignore it: " + nearMiss.problem() + ".",
                repaired(text)
                        .map(fixed -> List.of(DnsChange.replace(owner, List.of(meant), fixed)))
                        .orElse(List.of())));
    }

    /** The policy of a domain above applies. */
    private void inherited(PublishedPolicy above) {
        context.add(Finding.of(
                        FindingId.DMARC_NONE,
                        owner,
                        "",
                        "The domain has no record. That of " + above.policyDomain() + " applies.")
                .with(Severity.WARNING));
        DomainName byList = suffixes.organizationalDomain(domain);
        if (above.source() != PublishedPolicy.Source.PUBLIC_SUFFIX_DOMAIN
                && !above.policyDomain().equals(byList)) {
            context.add(
                    FindingId.DMARC_TREE_DIFFERS,
                    owner,
                    "",
                    "The record of " + above.policyDomain() + " applies by the tree walk. Older receivers ask"
                            + " only at " + byList + ", which the Public Suffix List gives.");
        }
    }

    private void unprotected() {
        String suggested = context.request().parked() || !dns.takesMail(domain)
                ? VERSION + "; p=reject"
                : VERSION + "; p=none; rua=mailto:dmarc-reports@" + domain;
        context.add(
                FindingId.DMARC_NONE,
                owner,
                "",
                "No DMARC record applies to the domain, so that receivers do not check who writes in its name, and send"
                        + " no reports.",
                DnsChange.publish(owner, suggested));
    }

    /** The text with its version and separators in order; empty if that is no record without an error. */
    private static Optional<String> repaired(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
                plain.append(c);
            }
        }
        String lower = Ascii.lower(plain.toString());
        int version = lower.indexOf("dmarc1");
        int from = version < 0 ? Math.max(0, lower.indexOf("p=")) : version + "dmarc1".length();
        StringBuilder out = new StringBuilder(VERSION);
        String rest = plain.substring(from);
        int start = 0;
        while (start < rest.length() && " ;:,.".indexOf(rest.charAt(start)) >= 0) {
            start++;
        }
        for (TagList.Tag tag :
                TagList.parse(Octets.latin1(rest.substring(start))).tags()) {
            out.append("; ")
                    .append(Ascii.lower(tag.name()))
                    .append('=')
                    .append(tag.value().latin1());
        }
        return Optional.of(out.toString()).filter(DmarcRecordRepair::isSound);
    }

    // RFC 9989 §4.5
    private boolean wrongPlace() {
        List<Optional<DomainName>> places = List.of(
                Optional.of(domain),
                domain.child("dmarc"),
                domain.child("_dmarc." + domain),
                domain.child("_dmarc._dmarc"));
        for (Optional<DomainName> place : places) {
            List<DnsRecord.Text> found =
                    place.map(dns::texts).map(this::records).orElse(List.of());
            if (!found.isEmpty()) {
                String text = found.getFirst().joined().latin1();
                List<DnsChange> fix = new ArrayList<>(List.of(DnsChange.remove(place.orElseThrow(), found)));
                if (DmarcRecordRepair.isSound(text)) {
                    fix.add(DnsChange.publish(owner, text));
                }
                context.add(new Finding(
                        FindingId.DMARC_WRONG_PLACE,
                        Severity.ERROR,
                        place.orElseThrow().toString(),
                        text,
                        "The record is here, but receivers look for it at " + owner
                                + ". A panel that appends the zone takes _dmarc as the name.",
                        fix));
                return true;
            }
        }
        return false;
    }

    private void published(Discovery discovery, List<DnsRecord.Text> texts, DmarcRecord record) {
        DnsRecord.Text text = records(texts).getFirst();
        boolean organizational = discovery
                .organizationalDomain()
                .filter(organization -> !organization.equals(domain))
                .isEmpty();
        new DmarcRecordCheck(context, owner, text, record, organizational).run();
        organization(discovery, text, record);
        new ReportAddressCheck(context, discovery, suffixes).run(record);
    }

    /** RFC 9989 §4.10.2 against RFC 7489 §3.2. */
    private void organization(Discovery discovery, DnsRecord.Text text, DmarcRecord record) {
        Optional<DomainName> byWalk = discovery.organizationalDomain();
        DomainName byList = suffixes.organizationalDomain(domain);
        boolean suffix = suffixes.isPublicSuffix(domain);
        if (record.psd() == DmarcRecord.Psd.YES && !suffix) {
            context.add(
                    FindingId.DMARC_PSD,
                    owner,
                    text.joined().latin1(),
                    "psd=y says that others register domains below this name. Then no subdomain is aligned with the domain,"
                            + " and its policy does not protect them.",
                    DnsChange.replace(owner, List.of(text), TagListText.without(TagList.parse(record.text()), "psd")));
        } else if (record.psd() == DmarcRecord.Psd.NO) {
            context.add(Finding.of(
                            FindingId.DMARC_PSD,
                            owner,
                            text.joined().latin1(),
                            "psd=n makes the domain an organization of its own, apart from the domains above it.")
                    .with(Severity.INFO));
        } else if (byWalk.isPresent()
                && !suffix
                && !byWalk.get().equals(byList)
                && record.psd() != DmarcRecord.Psd.YES) {
            context.add(
                    FindingId.DMARC_TREE_DIFFERS,
                    owner,
                    text.joined().latin1(),
                    "The Organizational Domain is " + byWalk.orElseThrow() + " by the tree walk, and " + byList
                            + " by the Public Suffix List that older receivers use. They find other identifiers aligned.",
                    DnsChange.replace(
                            owner, List.of(text), text.joined().latin1().strip() + separator(text) + "psd=n"));
        }
        if (byWalk.filter(organization -> !organization.equals(domain)).isPresent()
                && (record.subdomainPolicy().isPresent()
                        || record.nonexistentPolicy().isPresent())) {
            context.add(
                    FindingId.DMARC_SP_USELESS,
                    owner,
                    text.joined().latin1(),
                    "sp= and np= have no effect here: for names without a record, that of " + byWalk.orElseThrow()
                            + " applies.",
                    DnsChange.replace(
                            owner, List.of(text), TagListText.without(TagList.parse(record.text()), "sp", "np")));
        }
    }

    private static String separator(DnsRecord.Text text) {
        return text.joined().latin1().strip().endsWith(";") ? " " : "; ";
    }

    private void suffixAbove(Discovery discovery) {
        for (RecordQuery query : discovery.queries()) {
            if (query.finding() instanceof Published(DmarcRecord record)
                    && record.psd() == DmarcRecord.Psd.YES
                    && !query.name().equals(domain)) {
                context.add(
                        FindingId.DMARC_SUFFIX_ABOVE,
                        owner,
                        record.text().latin1(),
                        query.name()
                                + " says that it is a public suffix, with psd=y. The walk ends there, and its record"
                                + " applies to domains that have none.");
            }
        }
    }

    /**
     * The policy for the domain, for an existing name below it, and for one that does not exist.
     *
     * @return three items, or none if no record applies
     */
    static List<DmarcPolicy> policies(Discovery discovery) {
        Optional<PublishedPolicy> published = discovery.published();
        if (published.isEmpty()) {
            return List.of();
        }
        DmarcRecord record = published.get().record();
        if (!record.policyTagsValid()) {
            return record.aggregateReports().isEmpty()
                    ? List.of()
                    : List.of(DmarcPolicy.NONE, DmarcPolicy.NONE, DmarcPolicy.NONE);
        }
        DmarcPolicy own = record.policy().orElse(DmarcPolicy.NONE);
        DmarcPolicy below = record.subdomainPolicy().orElse(own);
        DmarcPolicy nonexistent = record.nonexistentPolicy().orElse(below);
        boolean atDomain = published.get().source() == PublishedPolicy.Source.AUTHOR_DOMAIN;
        return List.of(applied(record, atDomain ? own : below), applied(record, below), applied(record, nonexistent));
    }

    private static DmarcPolicy applied(DmarcRecord record, DmarcPolicy declared) {
        return record.testing() ? declared.oneLevelBelow() : declared;
    }

    /** Whether receivers are asked for more than reports. */
    static boolean asksForMoreThanNone(Discovery discovery) {
        return policies(discovery).stream()
                .findFirst()
                .filter(policy -> policy != DmarcPolicy.NONE)
                .isPresent();
    }
}
