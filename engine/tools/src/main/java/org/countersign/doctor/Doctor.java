package org.countersign.doctor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.keys.VerificationKey;

/** Examines domains, one after the other. For one thread. */
public final class Doctor {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    // A domain with many selectors and a large SPF record needs some hundred.
    private static final int MAX_QUERIES = 2000;

    private final DnsClient client;
    private final AuthoritativeDns servers;
    private final PublicSuffixList suffixes;
    private final PolicyFetch fetch;
    private final InstantSource clock;
    private final Map<VerificationKey, DomainName> keys = new HashMap<>();

    /**
     * @param client gives the answers of a resolver
     * @param servers asks the authoritative servers
     * @param suffixes for what receivers by RFC 7489 do
     * @param fetch gives MTA-STS policies
     * @param clock of the deadlines of {@code client}
     */
    public Doctor(
            DnsClient client,
            AuthoritativeDns servers,
            PublicSuffixList suffixes,
            PolicyFetch fetch,
            InstantSource clock) {
        this.client = client;
        this.servers = servers;
        this.suffixes = suffixes;
        this.fetch = fetch;
        this.clock = MeasuringClock.monotonicOf(clock);
    }

    /** Makes every query once, and no more than the limit. */
    private final class Lookups implements DnsLookups {
        private final Map<DnsQuery<?>, DnsAnswer<?>> answers = new HashMap<>();

        // An answer is stored under the query that it answers, so that the types match.
        @SuppressWarnings("unchecked")
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
            DnsAnswer<?> known = answers.get(query);
            if (known != null) {
                return (DnsAnswer<R>) known;
            }
            DnsAnswer<R> answer = answers.size() < MAX_QUERIES
                    ? client.lookup(query, clock.instant().plus(TIMEOUT))
                    : new DnsAnswer.Unavailable<>(DnsAnswer.Failure.BUDGET_SPENT, AnswerMetadata.NONE);
            answers.put(query, answer);
            return answer;
        }
    }

    /** Examines one domain. Never throws because of what is published. */
    public Examination examine(DomainName domain, DoctorRequest request) {
        DomainContext context = new DomainContext(domain, request, new DomainDns(new Lookups()), servers);
        SpfNode spf = new SpfCheck(context).run();
        Map<String, VerificationKey> good = new DkimCheck(context).run();
        Discovery discovery = new DmarcCheck(context, suffixes).run();
        new MailHostCheck(context).run();
        new TransportRecordsCheck(context, fetch).run();
        request.own().ifPresent(own -> new OwnCheck(context, own).run(discovery, good));
        if (request.parked()) {
            new ParkedCheck(context).run(discovery);
        }
        new ZoneCheck(context).run();
        sharedAcrossDomains(context, good);
        context.dns()
                .failed()
                .forEach((query, why) -> context.add(
                        FindingId.DNS_UNAVAILABLE,
                        query.name(),
                        "",
                        "The query " + query + " gave no answer: " + why + "."));
        boolean unprotected = DmarcCheck.asksForMoreThanNone(discovery) && good.isEmpty() && !request.parked();
        return new Examination(
                domain,
                spf,
                discovery,
                DmarcCheck.policies(discovery),
                described(good),
                context.answers(),
                sorted(context.findings(), unprotected));
    }

    /** What is wrong with the configuration as a whole. */
    public static List<Finding> examine(OwnConfiguration own) {
        return OwnCheck.ofWhole(own);
    }

    private static List<Finding> sorted(List<Finding> findings, boolean unprotected) {
        Map<String, Finding> distinct = new LinkedHashMap<>();
        for (Finding finding : findings) {
            boolean worse = unprotected && finding.id() == FindingId.SPF_NONE;
            Finding weighed = worse ? finding.with(Severity.ERROR) : finding;
            distinct.putIfAbsent(weighed.key() + weighed.sentence(), weighed);
        }
        return distinct.values().stream()
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    private static List<String> described(Map<String, VerificationKey> good) {
        List<String> described = new ArrayList<>();
        good.forEach((selector, key) -> described.add(selector + ": "
                + (key instanceof VerificationKey.Rsa rsa ? "RSA, " + rsa.bits() + " bits" : "Ed25519")));
        return described.stream().sorted().toList();
    }

    private void sharedAcrossDomains(DomainContext context, Map<String, VerificationKey> good) {
        DomainName domain = context.domain();
        good.forEach((selector, key) -> {
            Optional<DomainName> other =
                    Optional.ofNullable(keys.putIfAbsent(key, domain)).filter(first -> !first.equals(domain));
            if (other.isPresent()) {
                boolean sameOrganization =
                        suffixes.organizationalDomain(other.get()).equals(suffixes.organizationalDomain(domain));
                context.add(Finding.of(
                                FindingId.DKIM_SHARED,
                                context.below(selector + "._domainkey"),
                                "",
                                "The same key belongs to " + other.get() + ": whoever has it signs for both.")
                        .with(sameOrganization ? Severity.HINT : Severity.WARNING));
            }
        });
    }
}
