package org.countersign.reports.send;

import org.countersign.dns.DnsClient;
import org.countersign.signing.SigningTable;

/**
 * What the sender takes from the policy in effect.
 *
 * @param signing which keys sign mail of which author
 * @param dns finds the addresses of reports
 */
public record SendPolicy(SendSettings settings, SigningTable signing, DnsClient dns) {}
