package org.countersign.dmarc;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.dmarc.Identifier.Status;
import org.countersign.dmarc.OrganizationalDomainFinder.Organization;
import org.countersign.domain.DomainName;

/** Identifier Alignment with one Author Domain (RFC 9989 §4.4, §4.10.2), with as few DNS queries as possible. */
final class AlignmentCheck {
    private final OrganizationalDomainFinder finder;
    private final Discovery author;
    private final DmarcRecord record;

    AlignmentCheck(OrganizationalDomainFinder finder, Discovery author, DmarcRecord record) {
        this.finder = finder;
        this.author = author;
        this.record = record;
    }

    /**
     * Compares each identifier of this status once, in the order given. All comparisons without DNS queries come first.
     * Queries are made only for a mechanism that has no aligned identifier yet.
     */
    List<IdentifierAlignment> check(List<Identifier> identifiers, Status status) {
        Set<Identifier> distinct = new LinkedHashSet<>();
        for (Identifier identifier : identifiers) {
            if (identifier.status() == status) {
                distinct.add(identifier);
            }
        }
        Map<Identifier, IdentifierAlignment> compared = new LinkedHashMap<>();
        Set<Mechanism> aligned = EnumSet.noneOf(Mechanism.class);
        for (Identifier identifier : distinct) {
            checkWithoutQuery(identifier).ifPresent(result -> {
                compared.put(identifier, result);
                if (result.isAligned()) {
                    aligned.add(identifier.mechanism());
                }
            });
        }
        List<IdentifierAlignment> all = new ArrayList<>(distinct.size());
        for (Identifier identifier : distinct) {
            IdentifierAlignment result = compared.get(identifier);
            if (result == null) {
                result = aligned.contains(identifier.mechanism())
                        ? new IdentifierAlignment(identifier, Alignment.NOT_NEEDED, Optional.empty())
                        : relaxed(identifier, finder.compare(author, identifier.domain()));
            }
            if (result.isAligned()) {
                aligned.add(identifier.mechanism());
            }
            all.add(result);
        }
        return all;
    }

    private Optional<IdentifierAlignment> checkWithoutQuery(Identifier identifier) {
        Optional<Organization> organization = finder.compareWithoutQuery(author, identifier.domain());
        Optional<DomainName> known = organization.flatMap(Organization::organizationalDomain);
        if (identifier.domain().equals(author.authorDomain())) {
            return Optional.of(new IdentifierAlignment(identifier, Alignment.IDENTICAL, known));
        }
        // RFC 9989 §4.10.2: strict alignment needs a comparison of the names and nothing else.
        if (record.alignment(identifier.mechanism()) == AlignmentMode.STRICT) {
            return Optional.of(new IdentifierAlignment(identifier, Alignment.NOT_IDENTICAL, known));
        }
        return organization.map(found -> relaxed(identifier, found));
    }

    private static IdentifierAlignment relaxed(Identifier identifier, Organization organization) {
        return new IdentifierAlignment(identifier, organization.alignment(), organization.organizationalDomain());
    }
}
