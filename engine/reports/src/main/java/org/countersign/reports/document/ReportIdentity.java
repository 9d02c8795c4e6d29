package org.countersign.reports.document;

import org.countersign.domain.DomainName;

/**
 * What identifies a report, and the names that its message is given by it. They are the same each time that the report is sent
 * (RFC 9990 §3.5.1, §3.5.2), so that its reader recognizes it.
 *
 * @param receiver the domain of the Mail Receiver, which generates the report
 * @param policyDomain the domain that the report is about
 */
public record ReportIdentity(DomainName receiver, DomainName policyDomain, ReportPeriod period, ReportId reportId) {
    /**
     * The name of the attachment, compressed by gzip. It has the id only if that has only letters and digits, since the grammar
     * of file names allows no other id. US-ASCII as far as the domains are host names.
     */
    public String filename() {
        String uniqueId = reportId.isAlphaNumeric() ? "!" + reportId : "";
        return receiver + "!" + policyDomain + "!" + period.begin() + "!" + period.end() + uniqueId + ".xml.gz";
    }

    /** The Subject of the message, in one line. */
    public String subject() {
        return "Report Domain: " + policyDomain + " Submitter: " + receiver + " Report-ID: <" + reportId + ">";
    }

    /** The Message-ID, with angle brackets. */
    public String messageId() {
        String id = reportId.toString();
        return id.indexOf('@') < 0 ? "<" + id + "@" + receiver + ">" : "<" + id + ">";
    }
}
