package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.countersign.domain.DomainName;

/**
 * A method to find the record that applies to an Author Domain and to compare Organizational Domains. An instance serves
 * one message.
 */
sealed interface OrganizationalDomainFinder permits TreeWalkFinder, PublicSuffixFinder {
    /**
     * The Organizational Domain of an identifier compared with that of the Author Domain.
     *
     * @param alignment what follows for relaxed alignment
     * @param organizationalDomain of the identifier, if known
     */
    record Organization(Alignment alignment, Optional<DomainName> organizationalDomain) {}

    /**
     * Finds the record that applies to an Author Domain, and its Organizational Domain.
     *
     * @param executor runs a blocking lookup in parallel with the others
     */
    Discovery discover(DomainName author, Executor executor);

    /** Compares without a DNS query; empty if a query is needed. */
    Optional<Organization> compareWithoutQuery(Discovery author, DomainName identifier);

    /** Compares, with DNS queries if they are needed. */
    Organization compare(Discovery author, DomainName identifier);

    /** The tree walks made so far to compare identifiers. */
    List<TreeWalk> identifierWalks();
}
