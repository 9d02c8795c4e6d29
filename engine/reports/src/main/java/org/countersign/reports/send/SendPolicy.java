package org.countersign.reports.send;

import java.nio.file.Path;
import org.countersign.dns.DnsClient;

/**
 * What the sender takes from the policy in effect.
 *
 * @param failures about which domains failure reports are sent
 * @param policyFile the file that the names of other files are relative to
 * @param signer signs reports
 * @param dns finds the addresses of reports
 */
public record SendPolicy(
        SendSettings settings, FailureSettings failures, Path policyFile, ReportSigner signer, DnsClient dns) {}
