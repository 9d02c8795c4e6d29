package org.countersign.reports.send;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcRecord;
import org.countersign.dmarc.PublishedPolicy;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;

/**
 * Checks whether others will take reports of the author of {@code reports.send.from}. Many refuse mail of a domain that cannot
 * receive any, and a report has to pass DMARC (RFC 9990 §3.5.2). What the DNS does not answer is no problem.
 */
final class AuthorDomainCheck {
    private static final int MAX_QUERIES = 40;
    private static final Duration MAX_LOOKUP = Duration.ofSeconds(20);
    private static final String SPF = "v=spf1";

    private AuthorDomainCheck() {}

    /** What somebody should correct, each as a clause with the remedy; none if nothing is set. */
    static List<String> problems(SendPolicy policy, InstantSource clock) {
        Optional<MailAddress> from = policy.settings().from();
        if (from.isEmpty()) {
            return List.of();
        }
        DnsLookups dns = new MessageLookups(policy.dns(), MAX_QUERIES, MeasuringClock.deadline(clock, MAX_LOOKUP));
        DomainName domain = from.get().domain();
        List<String> problems = new ArrayList<>();
        if (isMissing(dns.lookup(DnsQuery.mx(domain)))
                && isMissing(dns.lookup(DnsQuery.a(domain)))
                && isMissing(dns.lookup(DnsQuery.aaaa(domain)))) {
            problems.add(
                    domain + " has neither an MX record nor an address, so many mail servers refuse its mail: publish"
                            + " an MX record");
        }
        if (hasNoSpf(dns.lookup(DnsQuery.txt(domain)))) {
            problems.add(domain + " has no SPF record: publish one that names the servers that send its mail");
        }
        checkDmarc(policy, from.get(), dns, problems);
        return problems;
    }

    private static void checkDmarc(SendPolicy policy, MailAddress from, DnsLookups dns, List<String> problems) {
        DomainName domain = from.domain();
        Optional<PublishedPolicy> published =
                new DmarcEvaluator().discover(domain, dns, Runnable::run).published();
        Optional<DmarcRecord> record = published.map(PublishedPolicy::record);
        if (record.filter(found -> !found.aggregateReports().isEmpty()).isPresent()) {
            problems.add("the DMARC record at " + published.orElseThrow().policyDomain()
                    + " asks for reports (rua), so others report on the reports: publish one without rua at _dmarc."
                    + domain);
        }
        Optional<DomainName> signer = policy.signer().signingDomain(from);
        if (signer.isEmpty()) {
            problems.add("no key signs mail of " + from + ", so nothing can be sent: add one for its domain to"
                    + " signing.keys");
        } else if (!signer.get().equals(domain)
                && record.filter(found -> found.dkimAlignment() == AlignmentMode.STRICT)
                        .isPresent()) {
            problems.add("reports are signed by " + signer.get() + ", but the DMARC record at "
                    + published.orElseThrow().policyDomain() + " has adkim=s: add a key for " + domain
                    + " to signing.keys");
        }
    }

    private static boolean isMissing(DnsAnswer<?> answer) {
        return !answer.isError() && !(answer instanceof DnsAnswer.Found<?>);
    }

    private static boolean hasNoSpf(DnsAnswer<DnsRecord.Text> answer) {
        return !answer.isError()
                && !(answer instanceof DnsAnswer.Found<DnsRecord.Text> found
                        && found.records().stream()
                                .anyMatch(text -> text.joined().latin1().startsWith(SPF)));
    }
}
