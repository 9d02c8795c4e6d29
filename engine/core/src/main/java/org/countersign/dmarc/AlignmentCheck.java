package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/** Holds domains against one Author Domain (RFC 9989 §4.10.2), with as few questions as will do. */
final class AlignmentCheck {
    /** A domain and what it stems from. */
    record Candidate(DomainName domain, Mechanism mechanism) {}

    private final TreeWalk author;
    private final Optional<DomainName> organization;
    private final DmarcRecord record;
    private final DnsLookups dns;
    private final int mostWalks;
    private final Map<DomainName, TreeWalk> walks = new LinkedHashMap<>();

    AlignmentCheck(TreeWalk author, DmarcRecord record, DnsLookups dns, int mostWalks) {
        this.author = author;
        this.organization = author.organizationalDomain();
        this.record = record;
        this.dns = dns;
        this.mostWalks = mostWalks;
    }

    /** The walks made so far, besides the author's. */
    List<TreeWalk> walks() {
        return List.copyOf(walks.values());
    }

    /**
     * Compares each domain once, in the order given. What needs no question is settled first; walks are made
     * only for a mechanism that has no aligned domain yet.
     */
    List<IdentifierAlignment> check(List<Candidate> candidates) {
        Set<Candidate> distinct = new LinkedHashSet<>(candidates);
        Map<Candidate, IdentifierAlignment> settled = new LinkedHashMap<>();
        Set<Mechanism> done = EnumSet.noneOf(Mechanism.class);
        for (Candidate candidate : distinct) {
            withoutQuestions(candidate).ifPresent(alignment -> {
                settled.put(candidate, aligned(candidate, alignment, Optional.empty()));
                if (alignment.isAligned()) {
                    done.add(candidate.mechanism());
                }
            });
        }
        List<IdentifierAlignment> all = new ArrayList<>(distinct.size());
        for (Candidate candidate : distinct) {
            IdentifierAlignment one = settled.get(candidate);
            if (one == null) {
                one = done.contains(candidate.mechanism())
                        ? aligned(candidate, Alignment.NOT_NEEDED, Optional.empty())
                        : byWalking(candidate);
            }
            if (one.isAligned()) {
                done.add(candidate.mechanism());
            }
            all.add(one);
        }
        return all;
    }

    private static IdentifierAlignment aligned(
            Candidate candidate, Alignment alignment, Optional<DomainName> organization) {
        return new IdentifierAlignment(candidate.domain(), candidate.mechanism(), alignment, organization);
    }

    private Optional<Alignment> withoutQuestions(Candidate candidate) {
        DomainName domain = candidate.domain();
        if (domain.equals(author.start())) {
            return Optional.of(Alignment.IDENTICAL);
        }
        if (record.alignment(candidate.mechanism()) == AlignmentMode.STRICT) {
            return Optional.of(Alignment.NOT_IDENTICAL);
        }
        // An Organizational Domain is the name itself or above it, so a name that is not within the author's
        // cannot have the same one; names that do not even share their last label never do.
        DomainName shared = organization.orElseGet(() -> author.start().rightmost(1));
        return domain.isWithin(shared) ? Optional.empty() : Optional.of(Alignment.OTHER_ORGANIZATION);
    }

    private IdentifierAlignment byWalking(Candidate candidate) {
        TreeWalk walk = walks.get(candidate.domain());
        if (walk == null) {
            if (walks.size() >= mostWalks) {
                return aligned(candidate, Alignment.TOO_MANY, Optional.empty());
            }
            // Each identifier has its own walk: two names below one domain need not meet at it.
            walk = TreeWalk.walk(candidate.domain(), dns);
            walks.put(candidate.domain(), walk);
        }
        Alignment alignment = switch (OrganizationComparison.compare(author, walk)) {
            case SAME -> Alignment.SAME_ORGANIZATION;
            case DIFFERENT -> Alignment.OTHER_ORGANIZATION;
            case OPEN -> Alignment.UNDECIDED;
        };
        return aligned(candidate, alignment, walk.organizationalDomain());
    }
}
