package org.countersign.reports.send;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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
        SendSettings settings, FailureSettings failures, Path policyFile, ReportSigner signer, DnsClient dns) {
    /**
     * Why others would not take reports of this author, each as a clause with the remedy. Queries the DNS, for at most 20
     * seconds.
     *
     * @return none if nothing is wrong, or if there is no author
     */
    public List<String> authorProblems(InstantSource clock) {
        return AuthorDomainCheck.problems(this, clock);
    }
}
