package org.countersign.reports.send;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dmarc.RecordQuery;
import org.countersign.dmarc.ReportUri;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/**
 * Finds where the reports of a policy domain go now (RFC 9990 §3.5, §4; RFC 9991 §5): the addresses of {@code rua} or {@code ruf},
 * without those whose domain belongs to somebody else and has not agreed.
 */
final class Destinations {
    private static final String MAILTO = "mailto";
    // RFC 9990 §3.5: up to the limit of the receiver.
    private static final int MAX_URIS = 10;
    // A wildcard record of a report processor has one or two.
    private static final int MAX_CONSENTS = 10;

    private final DmarcEvaluator evaluator = new DmarcEvaluator();
    private final ReportKind kind;
    private final DnsLookups dns;

    /**
     * @param kind of the reports
     * @param dns the lookups for one policy domain, which has a limit of queries and of time
     */
    Destinations(ReportKind kind, DnsLookups dns) {
        this.kind = kind;
        this.dns = dns;
    }

    /**
     * An address to send to.
     *
     * @param consented whether its domain belongs to another organization, which has agreed by a record
     */
    record Destination(MailAddress address, boolean consented) {}

    /**
     * A URI that gets no report.
     *
     * @param uri as published
     * @param why a clause
     */
    record Refused(String uri, String why) {
        @Override
        public String toString() {
            return uri + ": " + why;
        }
    }

    /** What the DNS says. */
    sealed interface Found {
        /**
         * The addresses, in the order of the record.
         *
         * @param addresses may be empty
         */
        record Addresses(List<Destination> addresses, List<Refused> refused) implements Found {
            public Addresses {
                addresses = List.copyOf(addresses);
                refused = List.copyOf(refused);
            }
        }

        /**
         * Nothing can be said now, because the DNS did not answer.
         *
         * @param why a clause
         */
        record Unknown(String why) implements Found {}
    }

    /** Looks up the record of a policy domain and the consents of the destinations that it names. */
    Found find(DomainName policyDomain) {
        Discovery discovery = evaluator.discover(policyDomain, dns, Runnable::run);
        Optional<DmarcRecord> record = discovery
                .published()
                .filter(published -> published.policyDomain().equals(policyDomain))
                .map(PublishedPolicy::record);
        if (record.isEmpty()) {
            return isAtDomainUnknown(discovery)
                    ? new Found.Unknown("the record of " + policyDomain + " cannot be looked up")
                    : new Found.Addresses(List.of(), List.of(new Refused(kind.tag(), "the record was withdrawn")));
        }
        Map<String, Destination> found = new LinkedHashMap<>();
        List<Refused> refused = new ArrayList<>();
        for (ReportUri uri : kind.destinations(record.get())) {
            if (found.size() + refused.size() >= MAX_URIS) {
                refused.add(new Refused(uri.uri(), "comes after the first " + MAX_URIS));
                break;
            }
            Optional<MailAddress> address = address(uri);
            if (address.isEmpty()) {
                refused.add(new Refused(uri.uri(), "is no mailto: URI with one plain address"));
                continue;
            }
            switch (check(discovery, policyDomain, address.get())) {
                case Consent.Given(List<MailAddress> to, boolean external) ->
                    to.forEach(each -> found.putIfAbsent(each.key(), new Destination(each, external)));
                case Consent.Missing(String why) -> refused.add(new Refused(uri.uri(), why));
                case Consent.Unknown(String why) -> {
                    return new Found.Unknown(why);
                }
            }
        }
        return new Found.Addresses(found.values().stream().limit(MAX_URIS).toList(), refused);
    }

    private static boolean isAtDomainUnknown(Discovery discovery) {
        return discovery.queries().getFirst().finding() instanceof RecordQuery.Finding.LookupFailed;
    }

    private static Optional<MailAddress> address(ReportUri uri) {
        return uri.scheme().equals(MAILTO) ? MailAddress.ofMailto(uri.uri()) : Optional.empty();
    }

    /** Whether the domain of an address takes the reports of the policy domain. */
    private sealed interface Consent {
        /** It does, at these addresses. */
        record Given(List<MailAddress> to, boolean external) implements Consent {}

        record Missing(String why) implements Consent {}

        record Unknown(String why) implements Consent {}
    }

    private Consent check(Discovery policy, DomainName policyDomain, MailAddress address) {
        DomainName host = address.domain();
        if (host.equals(policyDomain)) {
            return new Consent.Given(List.of(address), false);
        }
        Optional<DomainName> own = policy.organizationalDomain();
        // The Organizational Domain of the host is the host or a name above it. So a host outside is external without a
        // walk.
        if (own.isEmpty() || host.isWithin(own.get())) {
            Optional<DomainName> other =
                    evaluator.discover(host, dns, Runnable::run).organizationalDomain();
            if (own.isEmpty() || other.isEmpty()) {
                return new Consent.Unknown(
                        "whether " + host + " belongs to the organization of " + policyDomain + " cannot be looked up");
            }
            if (own.equals(other)) {
                return new Consent.Given(List.of(address), false);
            }
        }
        return external(policyDomain, address);
    }

    // RFC 9990 §4 steps 4 to 8.
    private Consent external(DomainName policyDomain, MailAddress address) {
        DomainName host = address.domain();
        Optional<DomainName> name = host.child("_report._dmarc").flatMap(reports -> reports.child(policyDomain));
        if (name.isEmpty()) {
            return new Consent.Missing("has not agreed: the name of its record would be too long for the DNS");
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(name.get()));
        if (answer.isError()) {
            return new Consent.Unknown(name.get() + " cannot be looked up: " + answer.describe());
        }
        List<DmarcRecord> consents = answer instanceof DnsAnswer.Found<DnsRecord.Text> found
                ? found.records().stream()
                        .limit(MAX_CONSENTS)
                        .map(text -> DmarcRecord.parse(text.joined()))
                        .flatMap(Optional::stream)
                        .toList()
                : List.of();
        if (consents.isEmpty()) {
            return new Consent.Missing("has not agreed: there is no record at " + name.get());
        }
        List<ReportUri> replacements = consents.stream()
                .flatMap(consent -> kind.destinations(consent).stream())
                .toList();
        if (replacements.isEmpty()) {
            return new Consent.Given(List.of(address), true);
        }
        List<MailAddress> to = replacements.stream()
                .map(Destinations::address)
                .flatMap(Optional::stream)
                .toList();
        // A destination may spread its load over addresses of the same host, but not forward to another one.
        return to.size() == replacements.size()
                        && to.stream().allMatch(each -> each.domain().equals(host))
                ? new Consent.Given(to, true)
                : new Consent.Missing("the record at " + name.get() + " names an address at another host");
    }
}
