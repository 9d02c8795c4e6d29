package org.countersign.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.spf.SpfRecord;

/** What every check of one domain needs, and where it puts what it finds. For one thread. */
final class DomainContext {
    // A domain with every mistake that is known has fewer.
    private static final int MAX_FINDINGS = 300;

    private final DomainName domain;
    private final DoctorRequest request;
    private final DomainDns dns;
    private final AuthoritativeDns servers;
    private final List<Finding> findings = new ArrayList<>();
    private final List<AuthoritativeAnswers> answers = new ArrayList<>();
    private boolean repairs = true;

    DomainContext(DomainName domain, DoctorRequest request, DomainDns dns, AuthoritativeDns servers) {
        this.domain = domain;
        this.request = request;
        this.dns = dns;
        this.servers = servers;
    }

    DomainName domain() {
        return domain;
    }

    DoctorRequest request() {
        return request;
    }

    DomainDns dns() {
        return dns;
    }

    AuthoritativeDns servers() {
        return servers;
    }

    /** Keeps a finding; of a domain that wants to fill a screen not all. */
    void add(Finding finding) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(repairs ? finding : finding.withoutChanges());
        }
    }

    /**
     * Runs checks whose findings tell no line to publish, because they are of a record that another finding corrects first.
     * The line that corrects all of them is made from the corrected record.
     */
    void withoutRepairs(Runnable checks) {
        repairs = false;
        checks.run();
        repairs = true;
    }

    void add(FindingId id, DomainName name, String published, String sentence, DnsChange... changes) {
        add(Finding.of(id, name, published, sentence, changes));
    }

    boolean has(FindingId id) {
        return findings.stream().anyMatch(each -> each.id() == id);
    }

    List<Finding> findings() {
        return findings;
    }

    /** Asks every authoritative server for a TXT record, once for each name. */
    AuthoritativeAnswers atServers(DomainName name) {
        Optional<AuthoritativeAnswers> earlier =
                answers.stream().filter(each -> each.name().equals(name)).findFirst();
        if (earlier.isPresent()) {
            return earlier.get();
        }
        AuthoritativeAnswers asked = servers.query(name, RecordType.TXT, domain);
        answers.add(asked);
        return asked;
    }

    /** The answers of authoritative servers so far. */
    List<AuthoritativeAnswers> answers() {
        return answers;
    }

    /** Whether the domain says that it neither takes nor sends mail: a null MX and an SPF record without a host. */
    boolean saysThatItHasNoMail() {
        List<DnsRecord.Text> spf = dns.texts(domain).stream()
                .filter(record -> SpfRecord.isSpf(record.joined()))
                .toList();
        return dns.hasNullMx(domain)
                && spf.size() == 1
                && spf.getFirst().joined().equalsIgnoreCase(ParkedCheck.NO_SENDER);
    }

    /** The name with these labels in front; the domain itself if that is too long for the DNS. */
    DomainName below(String labels) {
        return domain.child(labels).orElse(domain);
    }
}
