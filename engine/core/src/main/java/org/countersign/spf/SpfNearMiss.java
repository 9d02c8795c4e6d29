package org.countersign.spf;

import org.countersign.dns.NearMiss;
import org.countersign.domain.DomainName;

/**
 * A TXT record that was meant as an SPF record, but is none.
 *
 * @param domain where it stands
 */
public record SpfNearMiss(DomainName domain, NearMiss miss) {}
