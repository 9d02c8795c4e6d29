package org.countersign.spf;

import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;

/**
 * A TXT record that was meant as an SPF record, but is not one.
 *
 * @param domain the domain that publishes it
 */
public record SpfNearMiss(DomainName domain, NearMiss miss) {}
