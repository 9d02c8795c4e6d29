package org.countersign.reports.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/** Sums up the mail of a domain on one day, in bounded memory. */
final class DaySums {
    /** The source of mail whose own source is left out, because there are too many. */
    static final String OTHERS = "*";

    /** The most sources of one origin and day that have a pass, are forwarders, or are our own networks. */
    static final int MAX_KNOWN = 200;

    /** The most other sources of one origin and day, so that forgers with many machines cannot make views slow. */
    static final int MAX_UNKNOWN = 50;

    /** The most values of one fact. */
    static final int MAX_VALUES = 20;

    private static final int MAX_DOMAIN_VALUES = 100;
    private static final Limits LIMITS = Limits.ofHeap(Runtime.getRuntime().maxMemory());
    private static final int MAX_CONTENT = 200;
    private static final Set<String> FORWARDING = Set.of("forwarded", "mailing_list", "trusted_forwarder");

    /**
     * How many sums and facts are in memory before the most frequent ones are chosen. Further sources are united, and further facts
     * are not counted.
     */
    record Limits(long sums, long facts) {
        // Senders choose the contents, of about 300 octets with their place in the map. An eighth of a small heap is
        // for them.
        private static final int HEAP_OF_A_FACT = 3_072;
        private static final int HEAP_OF_A_SUM = 6_144;

        static Limits ofHeap(long heap) {
            return new Limits(Math.min(100_000, heap / HEAP_OF_A_SUM), Math.min(200_000, heap / HEAP_OF_A_FACT));
        }
    }

    /** The key of a sum. */
    record Group(String origin, String source, String flow, int aligned, int disposition) {
        Group withoutSource() {
            return new Group(origin, OTHERS, flow, aligned, disposition);
        }
    }

    /** The key of a fact. */
    record Fact(String origin, String source, String fact, String content) {}

    /** How often a fact was true. */
    static final class Count {
        long passed;
        long messages;
    }

    private record SourceKey(String origin, String source) {}

    private record FactKey(String origin, String source, String fact) {}

    private final DomainName domain;
    private final OwnDomains own;
    private final SourceNaming naming;
    private final Limits limits;
    private final Map<Group, Long> sums = new HashMap<>();
    private final Map<Fact, Count> facts = new HashMap<>();

    DaySums(DomainName domain, OwnDomains own, SourceNaming naming) {
        this(domain, own, naming, LIMITS);
    }

    DaySums(DomainName domain, OwnDomains own, SourceNaming naming, Limits limits) {
        this.limits = limits;
        this.domain = domain;
        this.own = own;
        this.naming = naming;
    }

    /** Adds a reporter and the policy that it has seen. It may have seen no mail. */
    void addReporter(String origin, String reporter, String policy) {
        fact(origin, "", "reporter", reporter, 0, 0);
        fact(origin, "", "policy", policy, 0, 1);
    }

    /** Adds mail. */
    void add(SeenMail mail) {
        String source = naming.name(mail, domain);
        Group group = new Group(mail.origin(), source, flow(mail), mail.aligned(), mail.disposition());
        sums.merge(
                sums.size() < limits.sums() || sums.containsKey(group) ? group : group.withoutSource(),
                mail.messages(),
                DaySums::bounded);
        long passed = mail.isPass() ? mail.messages() : 0;
        fact(mail.origin(), "", "reporter", mail.reporter(), passed, mail.messages());
        fact(mail.origin(), source, "reporter", mail.reporter(), passed, mail.messages());
        fact(mail.origin(), source, "address", mail.address(), passed, mail.messages());
        fact(mail.origin(), source, "author", mail.author(), passed, mail.messages());
        String envelope = mail.envelopeDomain();
        fact(mail.origin(), source, "envelope", envelope.isEmpty() ? "<>" : envelope, passed, mail.messages());
        mail.reasons()
                .lines()
                .forEach(reason -> fact(mail.origin(), source, "reason", reason, passed, mail.messages()));
        addResults(mail, source);
    }

    private void addResults(SeenMail mail, String source) {
        // A message can have a signature twice.
        for (SeenMail.Result result : new HashSet<>(mail.results())) {
            long passed = result.isPass() ? mail.messages() : 0;
            if (!result.isDkim()) {
                fact(mail.origin(), source, "spf", result.domain() + " " + result.result(), passed, mail.messages());
                continue;
            }
            String signature = result.domain() + " " + result.selector();
            fact(mail.origin(), source, "selector", signature, passed, mail.messages());
            Optional<DomainName> signer = DomainName.parse(result.domain());
            if (signer.filter(name -> naming.sameOrganization(name, domain)).isPresent()) {
                fact(mail.origin(), "", "selector", signature, passed, mail.messages());
                if (result.isPass()) {
                    fact(mail.origin(), "", "signer", result.selector() + " " + source, passed, mail.messages());
                }
            }
        }
    }

    private void fact(String origin, String source, String fact, String content, long passed, long messages) {
        String bounded = content.length() <= MAX_CONTENT ? content : content.substring(0, MAX_CONTENT);
        Fact key = new Fact(origin, source, fact, bounded);
        Count count = facts.get(key);
        if (count == null) {
            if (facts.size() >= limits.facts()) {
                return;
            }
            count = new Count();
            facts.put(key, count);
        }
        count.passed = bounded(count.passed, passed);
        count.messages = bounded(count.messages, messages);
    }

    /** The sum of two numbers that are within the bound. */
    private static long bounded(long one, long other) {
        return Math.min(one + other, SeenMail.MAX_MESSAGES);
    }

    /** Which way the mail took, as far as the row tells. */
    private String flow(SeenMail mail) {
        if (IpNetwork.parseAddress(mail.address()).filter(own::contains).isPresent()) {
            return "o";
        }
        if (mail.reasons().lines().anyMatch(DaySums::isForwarding)) {
            return "f";
        }
        return mail.aligned() == 1 && isForeign(mail.envelopeDomain(), mail.author()) ? "e" : "d";
    }

    private static boolean isForwarding(String reason) {
        int space = reason.indexOf(' ');
        String type = space < 0 ? reason : reason.substring(0, space);
        return FORWARDING.contains(type) || (type.equals("local_policy") && reason.contains("arc=pass"));
    }

    private boolean isForeign(String envelope, String author) {
        Optional<DomainName> sender = DomainName.parse(envelope);
        return sender.isPresent()
                && !naming.sameOrganization(
                        sender.get(), DomainName.parse(author).orElse(domain));
    }

    /** The sums, with the smallest sources united. */
    Map<Group, Long> sums() {
        Set<SourceKey> kept = kept();
        Map<Group, Long> bounded = new HashMap<>();
        sums.forEach((group, messages) -> bounded.merge(
                kept.contains(new SourceKey(group.origin(), group.source())) ? group : group.withoutSource(),
                messages,
                DaySums::bounded));
        return bounded;
    }

    /** The sources that are kept, those with the most messages. */
    private Set<SourceKey> kept() {
        Map<SourceKey, Long> known = new HashMap<>();
        Map<SourceKey, Long> unknown = new HashMap<>();
        sums.forEach((group, messages) -> {
            boolean evidence = group.aligned() > 0 || !group.flow().equals("d");
            (evidence ? known : unknown).merge(new SourceKey(group.origin(), group.source()), messages, Long::sum);
        });
        unknown.keySet().removeAll(known.keySet());
        Set<SourceKey> kept = new HashSet<>();
        for (String origin : List.of(SeenMail.RECEIVED, SeenMail.UNAUTHENTICATED, SeenMail.SEEN)) {
            keep(known, origin, MAX_KNOWN, kept);
            keep(unknown, origin, MAX_UNKNOWN, kept);
        }
        return kept;
    }

    private static void keep(Map<SourceKey, Long> messages, String origin, int max, Set<SourceKey> kept) {
        messages.entrySet().stream()
                .filter(entry -> entry.getKey().origin().equals(origin))
                .sorted(Map.Entry.<SourceKey, Long>comparingByValue()
                        .reversed()
                        .thenComparing(entry -> entry.getKey().source()))
                .limit(max)
                .forEach(entry -> kept.add(entry.getKey()));
    }

    /** The most frequent values of each fact of the sources that are kept. */
    List<Map.Entry<Fact, Count>> facts() {
        Set<SourceKey> kept = kept();
        Map<FactKey, List<Map.Entry<Fact, Count>>> byFact = new HashMap<>();
        for (Map.Entry<Fact, Count> entry : facts.entrySet()) {
            Fact fact = entry.getKey();
            if (fact.source().isEmpty() || kept.contains(new SourceKey(fact.origin(), fact.source()))) {
                byFact.computeIfAbsent(new FactKey(fact.origin(), fact.source(), fact.fact()), key -> new ArrayList<>())
                        .add(entry);
            }
        }
        List<Map.Entry<Fact, Count>> most = new ArrayList<>();
        byFact.forEach((key, entries) -> entries.stream()
                .sorted(Comparator.comparing((Map.Entry<Fact, Count> entry) -> entry.getValue().passed == 0)
                        .thenComparingLong(entry -> -entry.getValue().messages)
                        .thenComparing(entry -> entry.getKey().content()))
                .limit(key.source().isEmpty() ? MAX_DOMAIN_VALUES : MAX_VALUES)
                .forEach(most::add));
        return most;
    }
}
