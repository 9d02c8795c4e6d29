package org.countersign.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.countersign.doctor.SpfNode.SpfTerm;
import org.countersign.doctor.SpfNode.Status;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.Directive;
import org.countersign.spf.Mechanism;
import org.countersign.spf.Qualifier;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRecord;
import org.countersign.spf.Term;

/** Examines what the terms of a record lead to, and what they cost together (RFC 7208 §4.6.4, §5.2, §6.1). */
final class SpfTreeCheck {
    private static final int MAX_LOOKUPS = SpfLimits.DEFAULT.dnsTerms();
    private static final int MANY_LOOKUPS = 8;
    // Each is compared with each of the others.
    private static final int MAX_RANGES = 2000;
    private static final int MAX_VOIDS = SpfLimits.DEFAULT.voidLookups();

    private final DomainContext context;
    private final DomainName domain;
    private final String text;
    private final SpfRecord record;

    /**
     * @param domain that has the record
     * @param text the record as published
     */
    SpfTreeCheck(DomainContext context, DomainName domain, String text, SpfRecord record) {
        this.context = context;
        this.domain = domain;
        this.text = text;
        this.record = record;
    }

    /** Whether a verifier reaches the end of the tree without an error. */
    static boolean isSound(SpfNode node) {
        return node.lookups() <= MAX_LOOKUPS
                && node.voids() <= MAX_VOIDS
                && node.terms().stream()
                        .allMatch(term -> term.leadsTo().isEmpty()
                                || (term.leadsTo().get().status() == Status.READ
                                        && isSound(term.leadsTo().get())));
    }

    void run(SpfNode tree) {
        lookups(tree);
        voids(tree);
        tree.terms().forEach(this::leading);
        hosts();
        twice(tree);
        overlap(tree, tree);
    }

    /**
     * Examines a record that the first one of a tree redirects to. What counts for the whole tree is reported there.
     *
     * @param node of the record
     */
    void continued(SpfNode tree, SpfNode node) {
        node.terms().forEach(this::leading);
        hosts();
        overlap(tree, node);
    }

    private void add(FindingId id, Severity severity, String sentence, List<DnsChange> changes) {
        context.add(new Finding(id, severity, domain.toString(), text, sentence, changes));
    }

    private List<DnsChange> without(Predicate<Term> dropped) {
        List<Term> rest =
                record.terms().stream().filter(term -> !dropped.test(term)).toList();
        return instead(rest);
    }

    private List<DnsChange> instead(List<Term> terms) {
        return List.of(new DnsChange(
                domain.toString(), "TXT", List.of(text), List.of(new SpfRecord(List.copyOf(terms)).render())));
    }

    private static Predicate<Term> rendered(SpfTerm shown) {
        return term -> term.render().equals(shown.text());
    }

    private void lookups(SpfNode tree) {
        int count = tree.lookups();
        if (count < MANY_LOOKUPS) {
            return;
        }
        String costs = tree.terms().stream()
                .filter(term -> term.lookups() > 0)
                .sorted(Comparator.comparingInt(SpfTerm::lookups).reversed())
                .limit(5)
                .map(term -> term.text() + " costs " + term.lookups())
                .collect(Collectors.joining(", "));
        List<String> unused = new SpfSenders(context).unused(tree);
        String advice = unused.isEmpty() ? "" : " None of the addresses given needs " + String.join(", ", unused) + ".";
        add(
                FindingId.SPF_TOO_MANY_LOOKUPS,
                count > MAX_LOOKUPS ? Severity.ERROR : Severity.WARNING,
                count > MAX_LOOKUPS
                        ? "A check needs " + count + " lookups, and " + MAX_LOOKUPS
                                + " are allowed: it ends in permerror for every client that no earlier term matches. "
                                + costs + "." + advice
                        : "A check needs " + count + " lookups of the " + MAX_LOOKUPS
                                + " allowed, so that a change of a provider may break it. " + costs + "." + advice,
                List.of());
    }

    private void voids(SpfNode tree) {
        int four = tree.voids(false);
        int six = tree.voids(true);
        int count = Math.max(four, six);
        if (count < MAX_VOIDS
                || (four < MAX_VOIDS
                        && context.request().addresses().stream()
                                .noneMatch(address -> address.getAddress().length == 16))) {
            return;
        }
        String family = four == six ? "" : " for clients with " + (four > six ? "IPv4" : "IPv6") + " addresses";
        add(
                FindingId.SPF_TOO_MANY_VOIDS,
                count > MAX_VOIDS ? Severity.ERROR : Severity.WARNING,
                count + " terms ask for names or addresses that do not exist" + family + ", and " + MAX_VOIDS
                        + " are allowed: "
                        + (count > MAX_VOIDS
                                ? "many checks end in permerror."
                                : "with one more, checks end in permerror.")
                        + " They are " + voidTerms(tree) + ".",
                List.of());
    }

    private static String voidTerms(SpfNode node) {
        List<String> all = new ArrayList<>();
        collectVoid(node, all);
        return String.join(", ", all);
    }

    private static void collectVoid(SpfNode node, List<String> into) {
        for (SpfTerm term : node.terms()) {
            if (term.isVoid()) {
                into.add(term.text());
            }
            term.leadsTo().ifPresent(below -> collectVoid(below, into));
        }
    }

    private void leading(SpfTerm term) {
        boolean redirect = term.text().startsWith("redirect=");
        if (term.leadsTo().isEmpty()) {
            if (term.voidIpv4() && term.voidIpv6() && !term.text().contains("exists:")) {
                add(
                        FindingId.SPF_A_MISSING,
                        FindingId.SPF_A_MISSING.severity(),
                        term.text() + " stands for no address, so that it passes nobody and counts as a void lookup.",
                        without(rendered(term)));
            }
            return;
        }
        SpfNode node = term.leadsTo().get();
        if (node.status() == Status.NONE) {
            add(
                    redirect ? FindingId.SPF_REDIRECT_MISSING : FindingId.SPF_INCLUDE_MISSING,
                    Severity.ERROR,
                    term.text()
                            + " leads to a name without an SPF record, which is a permerror as soon as a check gets there.",
                    without(rendered(term)));
            return;
        }
        if (!loop(node, redirect)) {
            broken(node)
                    .ifPresent(where -> add(
                            FindingId.SPF_INCLUDE_BROKEN,
                            Severity.ERROR,
                            term.text() + " leads to an error, which is a permerror of the own record too: " + where
                                    + ".",
                            List.of()));
        }
        if (!redirect) {
            passing(term, node);
        }
    }

    /** Reports a record that leads back, here or below. */
    private boolean loop(SpfNode node, boolean byRedirect) {
        if (node.status() == Status.LOOP) {
            add(
                    byRedirect ? FindingId.SPF_REDIRECT_LOOP : FindingId.SPF_INCLUDE_LOOP,
                    Severity.ERROR,
                    "The records lead back to " + node.domain()
                            + ", so that a check goes round until it ends in permerror.",
                    List.of());
            return true;
        }
        for (SpfTerm term : node.terms()) {
            if (term.leadsTo().isPresent()
                    && loop(term.leadsTo().get(), term.text().startsWith("redirect="))) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> broken(SpfNode node) {
        if (node.status() == Status.SEVERAL || node.status() == Status.MALFORMED) {
            return Optional.of(node.domain() + " has " + node.detail());
        }
        Optional<String> hosts = node.record().flatMap(read -> tooManyHosts(read, node.domain()));
        if (hosts.isPresent()) {
            return hosts;
        }
        for (SpfTerm term : node.terms()) {
            Optional<SpfNode> below = term.leadsTo();
            if (below.isPresent() && below.get().status() == Status.NONE) {
                return Optional.of("the term " + term.text() + " of " + node.domain() + " leads to no record");
            }
            Optional<String> deeper = below.flatMap(this::broken);
            if (deeper.isPresent()) {
                return deeper;
            }
        }
        return Optional.empty();
    }

    private Optional<String> tooManyHosts(SpfRecord read, DomainName where) {
        for (Term term : read.terms()) {
            if (term instanceof Directive(Qualifier qualifier, Mechanism.Mx mx)
                    && SpfTree.tooManyHosts(mx, where, context.dns()).isPresent()) {
                return Optional.of("the term " + term.render() + " of " + where + " has more than 10 hosts");
            }
        }
        return Optional.empty();
    }

    /** Whether a record passes every address: by its own terms, or by those of a record that it includes or redirects to. */
    boolean passesEverybody(SpfNode node) {
        return node.record()
                        .filter(read -> new SpfTerms(context, node.domain(), read).passesEverybody())
                        .isPresent()
                || node.terms().stream()
                        .filter(term -> term.text().startsWith("include:")
                                || term.text().startsWith("+include:")
                                || term.text().startsWith("redirect="))
                        .anyMatch(term ->
                                term.leadsTo().filter(this::passesEverybody).isPresent());
    }

    /** The all of a record, or that of the record that it redirects to. */
    private static Optional<Qualifier> end(SpfNode node) {
        return node.record()
                .flatMap(SpfTerms::all)
                .map(Directive::qualifier)
                .or(() -> node.redirected().flatMap(SpfTreeCheck::end));
    }

    // RFC 7208 §5.2: an include matches if the included record passes.
    private void passing(SpfTerm term, SpfNode node) {
        if (node.record().isEmpty()) {
            return;
        }
        Optional<Qualifier> end = end(node);
        boolean everybody = passesEverybody(node);
        if (everybody || end.filter(Qualifier.NEUTRAL::equals).isPresent()) {
            context.add(new Finding(
                    FindingId.SPF_INCLUDE_ALL,
                    everybody ? Severity.ERROR : Severity.WARNING,
                    node.domain().toString(),
                    node.text(),
                    everybody
                            ? term.text() + " passes every address of the Internet for the own domain too."
                            : term.text() + " leads to a record that does not say who may not send, with ?all.",
                    everybody ? without(rendered(term)) : List.of()));
        }
    }

    private void hosts() {
        for (Term term : record.terms()) {
            if (term instanceof Directive(Qualifier qualifier, Mechanism.Mx mx)) {
                OptionalInt many = SpfTree.tooManyHosts(mx, domain, context.dns());
                many.ifPresent(count -> add(
                        FindingId.SPF_MX_MANY,
                        Severity.ERROR,
                        term.render() + " has " + count + " hosts, and with more than 10 a check ends in permerror.",
                        List.of()));
            }
        }
    }

    private void twice(SpfNode tree) {
        Map<DomainName, Integer> seen = new LinkedHashMap<>();
        count(tree, seen);
        seen.forEach((name, count) -> {
            if (count > 1) {
                List<Term> own = record.terms().stream()
                        .filter(term -> term instanceof Directive(Qualifier qualifier, Mechanism.Include include)
                                && include.target().nameForAllClients(domain).equals(Optional.of(name)))
                        .toList();
                add(
                        FindingId.SPF_INCLUDE_TWICE,
                        FindingId.SPF_INCLUDE_TWICE.severity(),
                        "The record of " + name + " is asked for " + count
                                + " times in one check, and each time counts.",
                        own.size() > 1 ? onlyFirst(own.getFirst(), own) : List.of());
            }
        });
    }

    private List<DnsChange> onlyFirst(Term first, List<Term> own) {
        List<Term> terms = new ArrayList<>();
        for (Term term : record.terms()) {
            if (!own.contains(term) || (term.equals(first) && !terms.contains(first))) {
                terms.add(term);
            }
        }
        return instead(terms);
    }

    private static void count(SpfNode node, Map<DomainName, Integer> seen) {
        for (SpfTerm term : node.terms()) {
            term.leadsTo().filter(below -> below.status() != Status.LOOP).ifPresent(below -> {
                seen.merge(below.domain(), 1, Integer::sum);
                count(below, seen);
            });
        }
    }

    /** A network of some record of the tree. */
    private record Range(IpNetwork network, SpfNode where, Term term) {}

    private void overlap(SpfNode tree, SpfNode own) {
        List<Range> ranges = new ArrayList<>();
        collect(tree, ranges);
        List<Term> covered = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            if (!range.where().equals(own)) {
                continue;
            }
            for (int j = 0; j < ranges.size(); j++) {
                Range other = ranges.get(j);
                boolean same = range.network().masked().equals(other.network().masked());
                if (i != j
                        && other.network().covers(range.network())
                        && (!same || j < i || !other.where().equals(own))) {
                    covered.add(range.term());
                    words.add(range.term().render()
                            + (other.where().equals(own)
                                    ? " in "
                                    : " in the record of " + other.where().domain() + ", ")
                            + other.term().render());
                    break;
                }
            }
        }
        if (!covered.isEmpty()) {
            List<Term> rest = new ArrayList<>(record.terms());
            // From the end, so that of two equal terms the first one stays.
            for (int i = covered.size() - 1; i >= 0; i--) {
                rest.remove(rest.lastIndexOf(covered.get(i)));
            }
            add(
                    FindingId.SPF_OVERLAP,
                    FindingId.SPF_OVERLAP.severity(),
                    "Addresses are listed more than once: " + String.join("; ", words) + ".",
                    instead(rest));
        }
    }

    private static void collect(SpfNode node, List<Range> ranges) {
        node.record().ifPresent(read -> {
            for (Term term : read.terms()) {
                if (term instanceof Directive directive && directive.mechanism() instanceof Mechanism.All) {
                    break;
                }
                if (term instanceof Directive directive
                        && directive.qualifier() == Qualifier.PASS
                        && ranges.size() < MAX_RANGES) {
                    SpfTerms.network(term).ifPresent(network -> ranges.add(new Range(network, node, term)));
                }
            }
        });
        for (SpfTerm term : node.terms()) {
            term.leadsTo().ifPresent(below -> collect(below, ranges));
        }
    }
}
