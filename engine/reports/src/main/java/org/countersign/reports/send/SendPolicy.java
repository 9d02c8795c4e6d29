package org.countersign.reports.send;

import org.countersign.dns.DnsClient;

/**
 * What the sender takes from the policy in effect.
 *
 * @param signer signs reports
 * @param dns finds the addresses of reports
 */
public record SendPolicy(SendSettings settings, ReportSigner signer, DnsClient dns) {}
