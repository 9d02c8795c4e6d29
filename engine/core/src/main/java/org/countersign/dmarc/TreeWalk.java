package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;
import org.countersign.syntax.Octets;

/**
 * The climb from a name towards the root in search of DMARC records (RFC 9989 §4.10), at most eight
 * questions, and what was met on the way. It depends on the name alone, so it can be made before anything is
 * known of the signatures.
 *
 * @param start the name that the walk began at
 * @param steps the names asked, longest first; never empty
 */
public record TreeWalk(DomainName start, List<Step> steps) {
    /** RFC 9989 §4.10: a longer name is cut to one label less after the first question. */
    private static final int MAX_QUERIES = 8;

    /**
     * One name.
     *
     * @param name without the {@code _dmarc} label
     */
    public record Step(DomainName name, Finding finding) {}

    /** What the DNS holds below {@code _dmarc} of a name. */
    public sealed interface Finding {
        /** Exactly one DMARC record. */
        record Published(DmarcRecord record) implements Finding {}

        /** More than one, which counts as none (RFC 9989 §4.10 step 2). */
        record Several(int count) implements Finding {}

        /**
         * None; there may be other TXT records.
         *
         * @param nearMisses those that were meant as DMARC records but are none
         */
        record Nothing(List<NearMiss> nearMisses) implements Finding {
            public Nothing {
                nearMisses = List.copyOf(nearMisses);
            }

            Nothing() {
                this(List.of());
            }
        }

        /**
         * The DNS did not say.
         *
         * @param detail a few words for people
         */
        record Trouble(String detail) implements Finding {}
    }

    /** What a name is in the choice of an Organizational Domain. */
    enum Standing {
        NO_RECORD,
        PLAIN_RECORD,
        ORGANIZATION,
        PUBLIC_SUFFIX
    }

    public TreeWalk {
        steps = List.copyOf(steps);
    }

    /** Walks; returns within the bounds of the lookups. */
    public static TreeWalk walk(DomainName start, DnsLookups dns) {
        return walk(start, dns, step -> {});
    }

    /**
     * Walks.
     *
     * @param listener told of each step as soon as it is made
     */
    static TreeWalk walk(DomainName start, DnsLookups dns, Consumer<Step> listener) {
        List<Step> steps = new ArrayList<>(MAX_QUERIES);
        Optional<DomainName> target = Optional.of(start);
        while (target.isPresent()) {
            DomainName name = target.get();
            Step step = step(name, dns);
            steps.add(step);
            listener.accept(step);
            if (step.finding() instanceof Finding.Published found
                    && found.record().psd() != DmarcRecord.Psd.UNDECLARED) {
                break;
            }
            // RFC 9989 §4.10 step 4; below eight labels it is one label at a time.
            target = name.labelCount() > MAX_QUERIES ? Optional.of(name.rightmost(MAX_QUERIES - 1)) : name.parent();
        }
        return new TreeWalk(start, steps);
    }

    static Step step(DomainName name, DnsLookups dns) {
        return new Step(name, ask(name, dns));
    }

    private static Finding ask(DomainName name, DnsLookups dns) {
        Optional<DomainName> owner = name.child("_dmarc");
        if (owner.isEmpty()) {
            // The name is so long that nothing can stand below it.
            return new Finding.Nothing();
        }
        DnsAnswer<DnsRecord.Text> answer = dns.lookup(DnsQuery.txt(owner.get()));
        return switch (answer) {
            case DnsAnswer.Found<DnsRecord.Text> found -> read(found.records());
            case DnsAnswer.NoData<DnsRecord.Text> none -> new Finding.Nothing();
            case DnsAnswer.NoSuchName<DnsRecord.Text> none -> new Finding.Nothing();
            case DnsAnswer.BadAnswer<DnsRecord.Text> bad -> new Finding.Trouble(bad.describe());
            case DnsAnswer.Unavailable<DnsRecord.Text> none -> new Finding.Trouble(none.describe());
        };
    }

    // RFC 9989 §4.10 steps 2 and 6: other records do not count, several count as none.
    private static Finding read(List<DnsRecord.Text> texts) {
        List<Octets> records = new ArrayList<>(1);
        for (DnsRecord.Text text : texts) {
            Octets joined = text.joined();
            if (DmarcRecord.isRecord(joined)) {
                records.add(joined);
            }
        }
        if (records.size() > 1) {
            return new Finding.Several(records.size());
        }
        Optional<DmarcRecord> only = records.isEmpty() ? Optional.empty() : DmarcRecord.parse(records.get(0));
        return only.<Finding>map(Finding.Published::new)
                .orElseGet(() -> new Finding.Nothing(NearMiss.among(texts, NearMiss.Protocol.DMARC)));
    }

    /** What was met at the start itself. */
    public Finding atStart() {
        return steps.get(0).finding();
    }

    /** The record met at a name. */
    public Optional<DmarcRecord> recordAt(DomainName name) {
        for (Step step : steps) {
            if (step.name().equals(name) && step.finding() instanceof Finding.Published found) {
                return Optional.of(found.record());
            }
        }
        return Optional.empty();
    }

    /** The names at which the DNS did not answer, longest first. */
    public Set<DomainName> troubles() {
        Set<DomainName> troubles = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step.finding() instanceof Finding.Trouble) {
                troubles.add(step.name());
            }
        }
        return troubles;
    }

    /** The Organizational Domain of the start (RFC 9989 §4.10.2); empty where DNS trouble leaves it open. */
    public Optional<DomainName> organizationalDomain() {
        return troubles().isEmpty()
                ? Optional.of(organizationalDomain(Map.of()))
                : OrganizationComparison.onlyPossible(this);
    }

    /**
     * The Organizational Domain, if the names at which the DNS did not answer were what {@code assumed} says.
     */
    DomainName organizationalDomain(Map<DomainName, Standing> assumed) {
        DomainName fewestLabels = start;
        for (Step step : steps) {
            switch (standing(step, assumed)) {
                case NO_RECORD -> {}
                case PLAIN_RECORD -> fewestLabels = step.name();
                // RFC 9989 §4.10.2 rule 1
                case ORGANIZATION -> {
                    return step.name();
                }
                // Rule 2: one label below, even where the walk jumped over that name. A walk that starts at a
                // PSD ends there, and rule 3 leaves nothing but the start.
                case PUBLIC_SUFFIX -> {
                    return step.name().equals(start)
                            ? start
                            : start.rightmost(step.name().labelCount() + 1);
                }
            }
        }
        // Rule 3, and the start itself where nothing was found.
        return fewestLabels;
    }

    private static Standing standing(Step step, Map<DomainName, Standing> assumed) {
        return switch (step.finding()) {
            case Finding.Nothing nothing -> Standing.NO_RECORD;
            case Finding.Several several -> Standing.NO_RECORD;
            case Finding.Trouble trouble -> assumed.getOrDefault(step.name(), Standing.NO_RECORD);
            case Finding.Published found ->
                switch (found.record().psd()) {
                    case UNDECLARED -> Standing.PLAIN_RECORD;
                    case NO -> Standing.ORGANIZATION;
                    case YES -> Standing.PUBLIC_SUFFIX;
                };
        };
    }
}
