package org.countersign.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.ReverseNames;

/** Examines the hosts that receive and send: MX, reverse names, HELO. */
final class MailHostCheck {
    private final DomainContext context;
    private final DomainName domain;
    private final DomainDns dns;

    MailHostCheck(DomainContext context) {
        this.context = context;
        this.domain = context.domain();
        this.dns = context.dns();
    }

    /**
     * @param discovery the DMARC record that applies
     */
    void run(Discovery discovery) {
        exchanges(discovery);
        context.request().addresses().forEach(this::reverse);
        context.request().helo().ifPresent(this::helo);
    }

    // RFC 5321 §5.1, RFC 7505
    private void exchanges(Discovery discovery) {
        switch (dns.lookup(DnsQuery.mx(domain))) {
            case DnsAnswer.Found<DnsRecord.MailExchange>(var records, var metadata) -> {
                if (records.isEmpty() && !context.request().parked()) {
                    boolean refused = DmarcCheck.policies(discovery).stream()
                            .findFirst()
                            .filter(policy -> policy == DmarcPolicy.REJECT)
                            .isPresent();
                    context.add(
                            FindingId.MX_NULL,
                            domain,
                            "",
                            "The domain takes no mail (MX 0 .)."
                                    + (refused && context.saysThatItHasNoMail()
                                            ? " It sends none either, and SPF and DMARC say so."
                                            : " If it sends none either, v=spf1 -all and p=reject are expected:"
                                                    + " --parked tells what to publish."));
                }
                records.stream()
                        .map(DnsRecord.MailExchange::exchange)
                        .distinct()
                        .forEach(this::exchange);
            }
            case DnsAnswer.NoData<DnsRecord.MailExchange> none -> noExchange();
            case DnsAnswer.NoSuchName<DnsRecord.MailExchange> none -> noExchange();
            case DnsAnswer.BadAnswer<DnsRecord.MailExchange> bad -> {
                // The lookup of the domain's other records shows the same.
            }
            case DnsAnswer.Unavailable<DnsRecord.MailExchange> none -> {
                // Reported with all lookups that failed.
            }
        }
    }

    private void noExchange() {
        if (context.request().parked()) {
            return;
        }
        boolean address = !dns.addresses(domain).isEmpty();
        context.add(
                FindingId.MX_NONE,
                domain,
                "",
                address
                        ? "There is no MX record, so that mail goes to the address of the domain itself."
                        : "There is neither an MX record nor an address, so that the domain takes no mail.");
    }

    private void exchange(DomainName host) {
        if (IpNetwork.parseAddress(host.toString()).isPresent()) {
            context.add(
                    FindingId.MX_LITERAL,
                    domain,
                    host.toString(),
                    "An MX record must name a host, and this one has an address in the place of the name.");
            return;
        }
        DnsAnswer<DnsRecord.Address> four = dns.lookup(DnsQuery.a(host));
        DnsAnswer<DnsRecord.Address> six = dns.lookup(DnsQuery.aaaa(host));
        if (!four.metadata().aliases().isEmpty()) {
            context.add(
                    FindingId.MX_CNAME,
                    domain,
                    host.toString(),
                    "The host of an MX record must not be an alias. It is one of "
                            + four.metadata().aliases().getLast() + ": name that host.");
        } else if (four.isVoid() && six.isVoid()) {
            context.add(
                    FindingId.MX_NO_ADDRESS,
                    domain,
                    host.toString(),
                    "The host of an MX record has no address, so that mail cannot be delivered there.");
        }
    }

    // RFC 8601 §3 iprev
    private void reverse(InetAddress address) {
        String shown = IpNetwork.renderAddress(address);
        DomainName owner = ReverseNames.reverseName(IpNetwork.plain(address).getAddress());
        DnsAnswer<DnsRecord.Pointer> answer = dns.lookup(DnsQuery.ptr(owner));
        if (answer.isVoid()) {
            context.add(
                    FindingId.PTR_NONE,
                    owner,
                    "",
                    shown
                            + " has no name in the reverse DNS: many receivers refuse its mail. The owner of the network sets it.");
            return;
        }
        List<DnsRecord.Pointer> names = dns.records(DnsQuery.ptr(owner));
        boolean leadsBack = names.stream()
                .limit(10)
                .anyMatch(name -> dns.addresses(name.target()).contains(IpNetwork.plain(address)));
        if (!names.isEmpty() && !leadsBack) {
            context.add(
                    FindingId.PTR_MISMATCH,
                    owner,
                    names.getFirst().target().toString(),
                    shown + " has a name that does not lead back to the address, so that it counts as none.");
        }
    }

    private void helo(String helo) {
        DomainName shown = domain;
        boolean bracketed = helo.startsWith("[") && helo.endsWith("]");
        String inner = bracketed ? helo.substring(1, helo.length() - 1) : helo;
        if (bracketed || IpNetwork.parseAddress(inner).isPresent()) {
            context.add(
                    FindingId.HELO_LITERAL,
                    shown,
                    helo,
                    "The mail server says an address instead of its name, which many receivers refuse.");
            return;
        }
        Optional<DomainName> name = DomainName.parse(helo);
        List<InetAddress> addresses = name.map(dns::addresses).orElse(List.of());
        if (addresses.isEmpty()) {
            if (name.isEmpty() || !dns.lookup(DnsQuery.a(name.get())).isError()) {
                context.add(
                        FindingId.HELO_UNRESOLVABLE,
                        shown,
                        helo,
                        "The name that the mail server says has no address, and receivers may refuse it.");
            }
            return;
        }
        boolean same = context.request().addresses().isEmpty()
                || context.request().addresses().stream().map(IpNetwork::plain).anyMatch(addresses::contains);
        if (!same) {
            context.add(
                    FindingId.HELO_MISMATCH,
                    shown,
                    helo,
                    "The name that the mail server says has other addresses than those that it sends from.");
        }
    }
}
