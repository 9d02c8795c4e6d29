package org.countersign.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.MeasuringClock;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.keys.VerificationKey;

/** Examines domains, one after the other. For one thread. */
public final class Doctor {
    /** After this time no more queries are made for a domain. Those that have begun end within half a minute. */
    public static final Duration MAX_TIME = Duration.ofMinutes(2);

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

    /** Examines one domain. Never throws because of what is published, and ends soon after {@link #MAX_TIME}. */
    public Examination examine(DomainName domain, DoctorRequest request) {
        Instant end = clock.instant().plus(MAX_TIME);
        LimitedLookups lookups = new LimitedLookups(client, clock, end);
        DomainContext context =
                new DomainContext(domain, request, new DomainDns(lookups), new TimedServers(servers, lookups::isOver));
        Records records = records(context);
        boolean missing = new ExistenceCheck(context).isMissing(!records.keys().isEmpty());
        if (!missing) {
            new MailHostCheck(context).run(records.discovery());
            new TransportRecordsCheck(context, fetch).run();
            new ZoneCheck(context).run();
        }
        request.own().ifPresent(own -> new OwnCheck(context, own).run(records.discovery(), records.keys()));
        sharedAcrossDomains(context, records.keys());
        unanswered(context, lookups);
        boolean unprotected = DmarcCheck.asksForMoreThanNone(records.discovery())
                && records.keys().isEmpty()
                && !request.parked();
        List<Finding> findings = told(context, missing, unprotected);
        return new Examination(
                domain,
                records.spf(),
                new SpfSenders(context).results(),
                records.discovery(),
                DmarcCheck.policies(records.discovery()),
                new OlderReceivers(context, suffixes).policies(),
                described(records.keys()),
                context.answers(),
                findings,
                CombinedChanges.of(findings, lookups, changed -> findingsOf(domain, request, changed, missing)));
    }

    /** What was read of the records whose mistakes have a line to publish instead. */
    private record Records(SpfNode spf, Map<String, VerificationKey> keys, Discovery discovery) {}

    private Records records(DomainContext context) {
        SpfNode spf = new SpfCheck(context, suffixes).run();
        Map<String, VerificationKey> good = new DkimCheck(context).run();
        Discovery discovery = new DmarcCheck(context, suffixes).run();
        if (context.request().parked()) {
            new ParkedCheck(context).run(discovery);
        }
        return new Records(spf, good, discovery);
    }

    /** What would be found in a DNS that has been changed, worst first. */
    private List<Finding> findingsOf(DomainName domain, DoctorRequest request, DnsLookups changed, boolean missing) {
        DomainContext context = new DomainContext(
                domain, request, new DomainDns(changed), AuthoritativeDns.none("the change is not published"));
        records(context);
        return told(context, missing, false);
    }

    private static List<Finding> told(DomainContext context, boolean missing, boolean unprotected) {
        List<Finding> all = context.findings();
        return sorted(missing ? new ExistenceCheck(context).withoutConsequences(all) : all, unprotected);
    }

    private static void unanswered(DomainContext context, LimitedLookups lookups) {
        Map<String, List<DnsQuery<?>>> byReason = new LinkedHashMap<>();
        context.dns()
                .failed()
                .forEach((query, why) -> byReason.computeIfAbsent(why, unused -> new ArrayList<>())
                        .add(query));
        byReason.forEach((why, queries) -> unanswered(context, why, queries));
        if (lookups.isOver()) {
            context.add(
                    FindingId.DNS_UNAVAILABLE,
                    context.domain(),
                    "",
                    "The examination was ended after " + MAX_TIME.toSeconds()
                            + " seconds, because the DNS answers slowly: nothing is known of what is missing here.");
        }
    }

    /** A resolver that is away fails every query for the same reason, which is told once. */
    private static void unanswered(DomainContext context, String why, List<DnsQuery<?>> queries) {
        if (queries.size() == 1) {
            DnsQuery<?> query = queries.getFirst();
            context.add(
                    FindingId.DNS_UNAVAILABLE,
                    query.name(),
                    "",
                    "The query " + query + " gave no answer: " + why + ".");
            return;
        }
        context.add(
                FindingId.DNS_UNAVAILABLE,
                context.domain(),
                "",
                queries.size() + " queries gave no answer: " + why + " ("
                        + queries.stream().map(DnsQuery::toString).collect(Collectors.joining(", ")) + ").");
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
                                "The same key belongs to " + other.get() + ": each owner of it can sign for both.")
                        .with(sameOrganization ? Severity.HINT : Severity.WARNING));
            }
        });
    }
}
