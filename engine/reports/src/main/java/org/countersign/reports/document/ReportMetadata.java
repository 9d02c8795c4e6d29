package org.countersign.reports.document;

/**
 * Who reports, and about which period (RFC 9990 §3.1.1.3). Text is stripped and cut, and characters that XML does not allow
 * become U+FFFD.
 *
 * @param orgName the name of the Reporting Organization, at most 200 characters
 * @param email its address, at most 320 characters
 * @param extraContactInfo more ways to contact it, at most 500 characters; may be empty
 * @param error errors in the policy record and omissions in the report, at most 1,000 characters; may be empty
 * @param generator the name and version of the software, at most 100 characters; may be empty
 */
public record ReportMetadata(
        String orgName,
        String email,
        String extraContactInfo,
        ReportId reportId,
        ReportPeriod period,
        String error,
        String generator) {

    /** @throws IllegalArgumentException without a name or without an address */
    public ReportMetadata {
        orgName = XmlText.cleaned(orgName, 200);
        email = XmlText.cleaned(email, 320);
        extraContactInfo = XmlText.cleaned(extraContactInfo, 500);
        // RFC 9990 §3.1.5: not an extremely large body.
        error = XmlText.cleaned(error, 1000);
        generator = XmlText.cleaned(generator, 100);
        if (orgName.isEmpty() || email.isEmpty()) {
            throw new IllegalArgumentException("a report has the name and the address of its reporter");
        }
    }
}
