package org.countersign.doctor;

import java.util.List;
import java.util.stream.Collectors;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.domain.DomainName;
import org.countersign.spf.SpfRecord;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** Examines how large the answer with the SPF record of a domain is (RFC 7208 §3.4). */
final class SpfSize {
    // What is sure to fit into a datagram, and the size of a datagram without EDNS (RFC 1035 §4.2.1).
    private static final int SAFE_SIZE = 450;
    private static final int DATAGRAM = 512;
    // What resolvers ask for today, because it fits into one packet of nearly every network.
    private static final int EDNS_DATAGRAM = 1232;

    private final DomainContext context;

    SpfSize(DomainContext context) {
        this.context = context;
    }

    /** Reports an answer that resolvers may have to ask for twice. */
    void run(List<DnsRecord.Text> texts) {
        DomainName domain = context.domain();
        int size = size(domain, texts);
        if (size <= SAFE_SIZE) {
            return;
        }
        boolean tcpFails = context.atServers(domain).servers().stream()
                .anyMatch(server ->
                        server.overTcp() instanceof Answer.Failed && !(server.overUdp() instanceof Answer.Failed));
        String others = texts.stream()
                .filter(text -> !SpfRecord.isSpf(text.joined()))
                .map(text -> Escapes.printable(text.joined().latin1(), 24) + " "
                        + text.joined().length())
                .collect(Collectors.joining(", "));
        context.add(Finding.of(
                        FindingId.SPF_LARGE,
                        domain,
                        "",
                        "All TXT records of the name travel in one answer, of about " + size + " octets, and "
                                + transport(size, tcpFails)
                                + (others.isEmpty() ? "" : " Other records, in octets: " + others + "."))
                .with(
                        size <= EDNS_DATAGRAM
                                ? tcpFails && size > DATAGRAM ? Severity.WARNING : Severity.HINT
                                : tcpFails ? Severity.ERROR : Severity.WARNING));
    }

    private static int size(DomainName domain, List<DnsRecord.Text> texts) {
        int size = domain.toString().length();
        for (DnsRecord.Text text : texts) {
            // RFC 1035 §4.1.3: a compressed name, type, class, TTL and length; and a length before each string.
            size += 12;
            for (Octets string : text.strings()) {
                size += 1 + string.length();
            }
        }
        return size;
    }

    private static String transport(int size, boolean tcpFails) {
        if (size > EDNS_DATAGRAM) {
            return "above " + EDNS_DATAGRAM + " resolvers ask again over TCP"
                    + (tcpFails
                            ? ", which a server does not answer: most receivers get none."
                            : ", which some networks block.");
        }
        return size > DATAGRAM && tcpFails
                ? "a server does not answer over TCP, so that resolvers without EDNS get none."
                : "it fits into a datagram with EDNS, of " + EDNS_DATAGRAM
                        + " octets. Resolvers without EDNS ask again over TCP above " + DATAGRAM + ".";
    }
}
