package org.countersign.reports.document;

/**
 * The result of SPF for the MAIL FROM identity, to be written (RFC 9990 §3.1.1.13).
 *
 * @param domain the domain that was checked, that of HELO for a null reverse-path; at most 255 characters
 * @param humanResult a description for people, at most 500 characters; may be empty
 */
public record SpfAuthResult(String domain, SpfResultType result, String humanResult) {
    public SpfAuthResult {
        domain = XmlText.cleaned(domain, 255);
        humanResult = XmlText.cleaned(humanResult, 500);
    }
}
