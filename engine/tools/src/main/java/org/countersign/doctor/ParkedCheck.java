package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.spf.SpfRecord;
import org.countersign.syntax.Parsed;

/** Examines whether a domain without mail says so in every way: SPF, null MX, DMARC, and no key under any selector. */
final class ParkedCheck {
    /** The SPF record of a domain that sends nothing. */
    static final String NO_SENDER = SpfRecord.VERSION + " -all";

    private static final String NO_KEY = "v=DKIM1; p=";

    private final DomainContext context;
    private final DomainName domain;
    private final DomainDns dns;

    ParkedCheck(DomainContext context) {
        this.context = context;
        this.domain = context.domain();
        this.dns = context.dns();
    }

    void run(Discovery discovery) {
        List<DnsRecord.Text> spf = dns.texts(domain).stream()
                .filter(record -> SpfRecord.isSpf(record.joined()))
                .toList();
        if (spf.size() == 1 && !spf.getFirst().joined().equalsIgnoreCase(NO_SENDER)) {
            report(
                    domain,
                    spf.getFirst().joined().latin1(),
                    "The domain sends no mail, and its SPF record names hosts that may send.",
                    DnsChange.replace(domain, spf, NO_SENDER));
        }
        exchange();
        policy(discovery);
        keys();
    }

    private void report(DomainName name, String published, String sentence, DnsChange... changes) {
        context.add(FindingId.PARKED, name, published, sentence, changes);
    }

    // RFC 7505
    private void exchange() {
        DnsAnswer<DnsRecord.MailExchange> answer = dns.lookup(DnsQuery.mx(domain));
        List<String> hosts = new ArrayList<>();
        dns.records(DnsQuery.mx(domain)).forEach(mx -> hosts.add(mx.preference() + " " + mx.exchange() + "."));
        if (!answer.isError() && (answer.isVoid() || !hosts.isEmpty())) {
            report(
                    domain,
                    String.join(", ", hosts),
                    "The domain takes no mail, and says so with a null MX only (RFC 7505).",
                    new DnsChange(domain.toString(), "MX", hosts, List.of("0 .")));
        }
    }

    private void policy(Discovery discovery) {
        List<DmarcPolicy> policies = DmarcCheck.policies(discovery);
        boolean own = discovery
                .published()
                .filter(published -> published.source() == PublishedPolicy.Source.AUTHOR_DOMAIN)
                .isPresent();
        if (own && (policies.isEmpty() || policies.getFirst() != DmarcPolicy.REJECT)) {
            DomainName name = context.below("_dmarc");
            List<DnsRecord.Text> records = dns.texts(name).stream()
                    .filter(record -> DmarcRecord.parse(record.joined()).isPresent())
                    .toList();
            report(
                    name,
                    records.getFirst().joined().latin1(),
                    "The domain sends no mail, so that receivers can refuse all mail in its name.",
                    DnsChange.replace(name, records, "v=DMARC1; p=reject"));
        }
    }

    private void keys() {
        DomainName any = context.below(SpfCheck.UNLIKELY_LABEL + "._domainkey");
        boolean revoked = dns.texts(any).stream()
                .anyMatch(record -> PublicKeyRecord.parse(record.joined())
                                instanceof Parsed.Value<PublicKeyRecord, PublicKeyRecord.Malformed>(PublicKeyRecord key)
                        && key.revoked());
        if (!revoked && !dns.lookup(DnsQuery.txt(any)).isError()) {
            report(
                    context.below("*._domainkey"),
                    "",
                    "No selector of the domain is in use, and a wildcard with an empty p= says so.",
                    DnsChange.publish(context.below("*._domainkey"), NO_KEY));
        }
    }
}
