package org.countersign.reports.document;

/**
 * The result for one signature, to be written (RFC 9990 §3.1.1.12).
 *
 * @param domain the tag {@code d}, at most 255 characters
 * @param selector the tag {@code s}, at most 255 characters
 * @param humanResult a description for people, at most 500 characters; may be empty
 */
public record DkimAuthResult(String domain, String selector, DkimResultType result, String humanResult) {
    public DkimAuthResult {
        domain = XmlText.cleaned(domain, 255);
        selector = XmlText.cleaned(selector, 255);
        humanResult = XmlText.cleaned(humanResult, 500);
    }
}
