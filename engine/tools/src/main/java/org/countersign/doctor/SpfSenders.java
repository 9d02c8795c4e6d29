package org.countersign.doctor;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.DnsRecord;
import org.countersign.doctor.SpfNode.SpfTerm;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.spf.Directive;
import org.countersign.spf.Mechanism;
import org.countersign.spf.Modifier;
import org.countersign.spf.Qualifier;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRecord;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;
import org.countersign.spf.Term;

/** Evaluates a record for the addresses that send mail of the domain, as a receiver would. */
final class SpfSenders {
    private static final DomainName RECEIVER = DomainName.of("receiver.invalid");

    private final DomainContext context;
    private final SpfVerifier verifier;

    SpfSenders(DomainContext context) {
        this.context = context;
        this.verifier = new SpfVerifier(
                SpfLimits.DEFAULT,
                RECEIVER,
                InstantSource.fixed(context.request().now()));
    }

    private SpfResult result(InetAddress address, DomainName domain) {
        String helo = context.request().helo().orElse(domain.toString());
        return verifier.verify(
                SpfRequest.mailFrom(address, ReversePath.parse("postmaster@" + domain), helo), context.dns());
    }

    /** What a check of each address gives, in the order of the request. */
    List<SpfResult> results() {
        return context.request().addresses().stream()
                .map(address -> result(address, context.domain()))
                .toList();
    }

    /**
     * Reports the addresses that do not pass.
     *
     * @param published the only record of the domain
     */
    void run(DnsRecord.Text published, SpfRecord record) {
        DomainName domain = context.domain();
        for (InetAddress address : context.request().addresses()) {
            SpfResult result = result(address, domain);
            if (result.kind() != SpfResult.Kind.PASS && result.kind() != SpfResult.Kind.TEMPERROR) {
                List<DnsChange> fix = result.kind() == SpfResult.Kind.PERMERROR
                        ? List.of()
                        : List.of(DnsChange.replace(domain, List.of(published), with(record, address)));
                context.add(new Finding(
                        FindingId.SPF_SENDER_UNLISTED,
                        Severity.ERROR,
                        domain.toString(),
                        published.joined().latin1(),
                        "Mail from " + IpNetwork.renderAddress(address) + " gets " + result.explain()
                                + " instead of pass.",
                        fix));
            }
        }
    }

    /** The record with one address more, before everything that could reject it. */
    private static String with(SpfRecord record, InetAddress address) {
        InetAddress plain = IpNetwork.plain(address);
        IpNetwork network = IpNetwork.of(plain, plain.getAddress().length * 8);
        Mechanism mechanism = plain.getAddress().length == 4 ? new Mechanism.Ip4(network) : new Mechanism.Ip6(network);
        List<Term> terms = new ArrayList<>(record.terms());
        int at = 0;
        while (at < terms.size()
                && !(terms.get(at) instanceof Modifier)
                && terms.get(at) instanceof Directive directive
                && directive.qualifier() == Qualifier.PASS) {
            at++;
        }
        terms.add(at, new Directive(Qualifier.PASS, mechanism));
        return new SpfRecord(terms).render();
    }

    /** The includes that none of the addresses needs; none if no address is known. */
    List<String> unused(SpfNode tree) {
        List<String> unused = new ArrayList<>();
        if (context.request().addresses().isEmpty()) {
            return unused;
        }
        for (SpfTerm term : tree.terms()) {
            if (term.leadsTo().isPresent()
                    && term.text().startsWith("include:")
                    && context.request().addresses().stream()
                            .noneMatch(address ->
                                    result(address, term.leadsTo().get().domain())
                                                    .kind()
                                            == SpfResult.Kind.PASS)) {
                unused.add(term.text());
            }
        }
        return unused;
    }
}
